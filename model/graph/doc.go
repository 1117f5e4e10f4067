// Package graph is the list of operations of one forward pass. It knows shapes
// and runs nothing: package cpu and package gpu execute it.
//
// A [Graph] is in static single assignment form: every [Value] is written by at
// most one [Node], and nodes stand in an order in which they can be executed.
// Operations are primitive. Which neighbours are computed by one kernel is each
// executor's own affair, so that the plain executor stays plain.
//
// # Layout
//
// Pictures are [N, H, W, C] (channels last) and vectors [N, C], row-major.
// All values are float32; whole numbers such as class labels are stored exactly
// up to 2^24.
package graph
