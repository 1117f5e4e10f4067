// Package figures draws the figures of exhibits that move: pictures and parts of the
// plane, each inside a rectangle of the page that the document lays out. Numbers on
// axes, captions and legends are the document's; [Cells] and [Inside] tell both where
// things are.
//
// The geometry is plain Go; only the files that end in _js.go draw.
package figures
