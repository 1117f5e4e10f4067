// Package page is the document: it renders a [View], a plain value, and reports
// what the visitor does as an [Event]. It decides nothing.
//
// It also has what only a browser can do: reading a picture the visitor drew or
// uploaded, saving one, the address bar, and talking to the engine's worker.
//
// The words are here too, in files without a browser: equations with their
// present coefficients ([Explain]) and sentences that say what the stage shows.
package page
