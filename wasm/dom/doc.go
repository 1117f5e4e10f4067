// Package dom is what the pages' programs need of a browser: elements written by
// their id, events, tips, the address bar, the clipboard, files, and the place of
// Ebitengine's canvas. It knows no page.
//
// Nothing here waits; functions that are called back run in the browser's event
// loop and must not wait either.
package dom
