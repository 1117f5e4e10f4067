// Package safetensors reads and writes safetensors files, the container of 🤗
// diffusers' checkpoints and of the tensors that the command line passes to and from
// other programs (github.com/huggingface/safetensors, "Format").
//
// [Read] turns untrusted bytes into tensors that alias them, or into an error that
// names the tensor: every offset, extent and type is checked against the file before
// anything is allocated, and data that overlaps, leaves gaps or goes on past the last
// tensor is refused. [File.Weights] and [ReadFolder] make a weights.Set of a
// checkpoint, with convolutions in the order in which they are stored (OHWI) and
// attention layers under their present names.
//
// The reader is our own since the format is small, and the one library for Go
// (github.com/nlpodyssey/safetensors) has no released version and accepts a tensor or
// member that appears twice, of which it takes the last: a file that two readers
// understand differently is what a format for untrusted weights must refuse.
package safetensors
