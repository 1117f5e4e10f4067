// Package tensor has dense float32 arrays: a shape and its values, nothing that
// computes.
package tensor
