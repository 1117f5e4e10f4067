// Package weights has named, shape-checked and still-quantized tensors,
// whatever file they came from.
//
// A [Set] is what a checkpoint becomes once its bytes have been believed:
// package gguf fills one from a GGUF file, package safetensors from the weights
// of a diffusers folder. Executors take a Set and expand the blocks where they
// need them.
//
// # Layout
//
// A convolution weight has PyTorch's shape [O, I, KH, KW] but is stored as a
// matrix of O rows in OHWI order, KH·KW·I values each, so that blocks of 32 fit
// and so that the innermost extent is the executors' innermost one (NHWC). All
// other tensors are stored as PyTorch stores them; the first extent counts rows.
package weights
