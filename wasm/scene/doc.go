// Package scene draws what moves: pictures and the film, each inside a rectangle
// of the page that the document lays out. Everything around them, words and
// controls included, is the document's.
//
// The caller hands over a [View], a plain value; nothing is drawn until the next
// one, so that an idle page costs nothing.
package scene
