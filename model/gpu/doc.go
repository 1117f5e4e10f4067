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
// arithmetic, not by reading its weights. The programs of one weights.Set on one
// device, which differ in batch size, read the same expanded weights; the last one
// closed frees them (device.Pool).
//
// # Limits
//
// No kernel needs an optional feature, and none needs more than WebGPU's default
// limits, which every adapter grants, a phone's too: 256 invocations and 16 KiB of
// workgroup memory in a workgroup, 8 storage buffers, 65535 workgroups in a
// dimension, 128 MiB in a binding.
//
//   - matmul_shared: 16×16 = 256 invocations, exactly the limit. Its two tiles, of
//     64 rows × 16 and 16 × 64 columns, take 2·64·16·4 B = 8 KiB, half the limit.
//     An invocation has 4×4 sums, and 5 vec4f to load: 36 registers.
//   - matmul_tile, conv2d_tile: 64 invocations (8 in the configuration SameRows)
//     and no workgroup memory. An invocation has 8×8 sums = 64 registers, and about
//     40 more for 8 columns of four rows and four values of one row. WebGPU has no
//     limit on registers: desktop GPUs have up to 255 a lane; where there are fewer,
//     as on many mobile GPUs, the driver spills the rest to memory, which is
//     slower but right, and Tune finds whether another configuration is faster.
//   - winograd_input and winograd_output hold a 4×4 tile of vec4f, 64 registers;
//     64 invocations, no workgroup memory.
//   - attention_scores_tile and attention_values_tile have 4×4 sums and eight vec4f to
//     load: 48 registers; attention_fused has a query and a sum of up to 64 channels
//     each, 128 registers, four keys and their weights: about 150. 64 invocations, no
//     workgroup memory. Scores take 32 MiB at most, in as many passes as that needs.
//   - instance_norm_plus_shift joins a picture's channels with 64 invocations and
//     64·4 B of workgroup memory.
//   - the others: 64 invocations, no workgroup memory, few registers.
//
// conv2d_tile and group_norm bind 7 storage buffers; no kernel binds more.
//
// A kernel that does not compile here all the same is listed in Stats.Rejected and
// another takes over, down to the plain ones (choose.go).
package gpu
