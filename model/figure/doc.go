// Package figure has the values that the panels of an exhibit show: pictures, a
// part of the plane with particles, fields and paths, plots, tables and diagrams.
// They say what is to be seen, not how it is drawn; nothing here computes.
//
// Colours are named by their role ([Colour]), so that the page can draw them in a
// light and in a dark theme. Bulk values are float32 slices, which travel between
// the programs without being copied number by number.
package figure
