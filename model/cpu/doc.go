// Package cpu executes a graph in plain Go. It defines what correct means for
// every other executor, and it is the last tier where no GPU can be used.
//
// There is one file per operation, under the operation's own stem. Operations are
// not fused. Values are float32; sums are taken in float64, or in float32 over at
// most 256 products before they go into a float64 (product.go), which keeps a
// whole network within 1e-5 of PyTorch in float64.
//
// Natively the work of an operation is shared among GOMAXPROCS goroutines
// (crew.go); in wasm, where that is 1, everything runs on the caller's goroutine. Each output is
// computed by one goroutine in a fixed order, so results do not depend on the
// number of goroutines.
package cpu
