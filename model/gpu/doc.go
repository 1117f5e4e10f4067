// Package gpu executes a graph on WebGPU.
//
// [Compile] fixes everything that a step would otherwise decide: which operations
// one kernel computes (fuse.go), what each kernel is launched with (one file per
// operation, with the stem of its kernel in package shaders), which values share
// a buffer (memory.go), the expanded weights (weights.go), the pipelines and the
// bind groups. [Program.Run] then writes the inputs and has one small JavaScript
// function (replay.js) replay the recorded list of dispatches: one submit and one
// mapAsync a step.
//
// Weights are uploaded as stored and expanded to float32 by a kernel when the
// program is compiled: on the adapters measured so far a convolution is bound by
// arithmetic, not by reading its weights.
//
// No kernel needs an optional feature, and no binding is larger than the default
// limit of 128 MiB.
package gpu
