// Package gpu executes a graph on WebGPU.
//
// [Compile] fixes everything that a step would otherwise decide: which operations
// one kernel computes (fuse.go), what each kernel is launched with (one file per
// operation, with the stem of its kernel in package shaders), where
// activations lie in a few buffers (slots.go), the expanded weights (weights.go), the pipelines and the
// bind groups. [Program.Run] then writes the inputs and has one small JavaScript
// function (replay.js) replay the recorded list of dispatches: one submit and one
// mapAsync a step.
//
// # Choice
//
// A heavy operation has several configurations ([Config]), and so have the matrix
// products that it is made of (matmul.go). [Tune] measures those that fit each shape
// of a network on the visitor's device, with timestamp queries where there are: first
// the products, then, with the fastest, the convolutions, norms and attentions. What is
// fastest alone need not be in a step: the choices are kept where a whole step is faster
// with them, proved in a race against the defaults (tune_step.go, race.go), and comes to
// the same result on this device (agree.go). [Choices] are
// plain strings by shape and can be stored; they hold for one adapter
// and one build of this package, which the caller puts into the key, since a new
// kernel makes an old measurement worthless. Until then defaults.go decides by what is
// known of the adapter's vendor. Options.Prefer forces a configuration, and
// Stats.Configs says how often each was taken; make test-all forces one after the
// other over the whole of package optest. [Program.Profile] times every dispatch.
//
// What counts differs. On adapters that compute on the CPU a load is done lane by lane,
// each behind a bounds check: 10 to 15 ns for eight lanes on lavapipe, where eight
// multiplications and additions take a quarter of a nanosecond. matmul_broadcast has
// each lane load another row and hands the rows around in registers: for 32 rows by 4
// columns by 4 of I an invocation issues 4 loads of x and 4 of w for 512 products, where
// an 8×8 tile needs 16 for 256. GPUs hide the time of a load behind other workgroups
// but have few load units for their multipliers, so the same saving helps them, and
// matmul_shared gets it from workgroup memory.
//
// Winograd's F(4×4, 3×3) has 36 products for 16 results, 2.25 each, F(2×2, 3×3) has 16
// for 4 and the direct sum 9. The transformed input has 2.25 and 4 values for each of
// the picture. It is interpolated at 0, ±5/8, ±3/2 and ∞, which in float32 leaves half
// the error of the usual 0, ±1, ±2 and ∞ (relative 1.4e-6 against 3.1e-6 for 256
// channels; all its constants are exact).
//
// Weights are uploaded as stored and expanded to float32 by a kernel when the
// program is compiled: on the adapters measured so far a convolution is bound by
// arithmetic, not by reading its weights. The programs of one weights.Set on one
// device, which differ in batch size, read the same expanded weights; the last one
// closed frees them (device.Pool). They lie side by side in few buffers: each different
// buffer of a dispatch costs the host, in Dawn 0.1 to 0.2 µs a submit.
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
//   - matmul_tile, conv2d_tile: 64 invocations (8 in SameRows and Tall) and no
//     workgroup memory. An invocation has 8×8 sums = 64 registers, and about 40 more
//     for 8 columns of four rows and four values of one row: 105, of which NVIDIA's
//     65536 a multiprocessor keep 19 warps of 48 or 64, enough with 64 products in a
//     row that do not wait for each other. Flat has 4×8 sums and about 70 registers:
//     29 warps there, and on Mali, with 64 a lane, only a few values spilled instead of
//     two fifths. Tall has 16×8 sums, for adapters that compute on the CPU. WebGPU has no
//     limit on registers: where there are fewer the driver spills the rest to memory,
//     which is slower but right, and Tune finds what is faster.
//   - conv2d_broadcast, attention_scores_broadcast and attention_values_broadcast: as
//     matmul_broadcast with 16 rows, about 100 registers.
//   - conv2d_vec4: 64 invocations of 4×4 sums, 40 registers.
//   - conv2d_shared: as matmul_shared, 256 invocations, 8 KiB, and four registers for
//     where its pixel is: 40. NVIDIA's multiprocessor, with 65536 registers, 100 KiB of
//     workgroup memory and 1536 invocations, holds 6 such workgroups, all that it can;
//     AMD's WGP, with four SIMDs of 16 waves of 32, 8, for which it has 128 KiB; Intel's Xe
//     core, with 8 engines of 8 threads of 16 lanes, 4, for which it has 64 KiB or more;
//     Apple's core with its 32 KiB, 4. Adreno's 32 KiB have room for 4, but a
//     barrier there holds 2 to 4 waves of 64 or 128; on Mali workgroup memory is the cache,
//     and each value is copied once more than in conv2d_tile. A tile of 64×64 for 16×16
//     pixels of 128 channels is 8 workgroups, fewer than a desktop's multiprocessors: from
//     32 on it is the default on vendors with registers to spare (defaults.go), below them
//     conv2d_tile, whose tiles of 8×8 are 64 times as many.
//   - matmul_split: 64 invocations of 4×4 sums, four vec4f of w and one of x: 40
//     registers, on any GPU enough for full occupancy or close to it (Mali: 32 for all of
//     its lanes, 64 for half). A product of [1, 512] and 512 columns has 64 invocations as
//     Flat, two warps on one of 30 multiprocessors for 128 steps of a load each; as 16
//     slabs it has 2048, for 8. The slabs take 16 MiB at most.
//   - matmul_join, group_norm_join: a handful of registers, bound by what they read.
//   - softmax_subgroups, attention_softmax_subgroups: 64 invocations a row, 2·64·4 B = 512
//     B of workgroup memory and two barriers; 20 registers. A row of 256 keys is one load
//     a lane side by side, where one invocation a row has 64 loads, a cache line each: on
//     a GPU, 32 lanes then want 32 lines at a time. On adapters that compute on the CPU
//     lanes are what they are either way, and barriers are dear: off.
//   - winograd_output and winograd4_output with MOMENTS: 10 registers more, for the sums of
//     a tile; 16 B written for 64 or 256 B of results, in place of reading all of these
//     twice. Up to 32 parts a group are joined by the norm itself, which saves a dispatch:
//     with F(4×4, 3×3) and four or eight channels a group in pictures of 20×20 or 16×16.
//   - matmul_broadcast: 16 or 32 invocations (8 on CPU adapters), no workgroup memory,
//     subgroups of 8 lanes or more. With 8 rows an invocation has 8×4 sums = 32
//     registers, 16 of w and 4 of x: about 60. With 16 rows 100, with 32 rows 180, which
//     only desktop GPUs and CPUs hold.
//   - winograd_input and winograd_output hold a 4×4 tile of vec4f, 64 registers;
//     winograd4_input a 6×6 tile, 144, and winograd4_output 6×4, 96 and one column
//     more, 120; 64 invocations, no workgroup memory. F(4×4, 3×3) is therefore not the
//     default where registers are few.
//   - winograd_norm_input and winograd4_norm_input: as these, and 10 for what the norm
//     makes of four channels. Each invocation joins the norm's slabs, up to 32 vec4f that
//     all of a group read, beside its 16 or 36 loads, and takes 4 or 2.25 exponentials for
//     one of the norm's own kernel: off until Tune has measured that the dispatch, and
//     the value written and read, cost more.
//   - attention_scores_tile and attention_values_tile have 4×4 sums and eight vec4f to
//     load: 48 registers; attention_fused has a query and a sum of up to 64 channels
//     each, 128 registers, four keys and their weights: about 150. 64 invocations, no
//     workgroup memory. Scores take 32 MiB at most, in as many passes as that needs.
//   - instance_norm_plus_shift joins a picture's channels with 64 invocations and
//     64·4 B of workgroup memory.
//   - group_norm_vec4: as the others, with three vec4f of statistics.
//   - the others: 64 invocations, no workgroup memory, few registers.
//
// adam_update binds 8 storage buffers, the limit; conv2d_tile and group_norm bind 7.
//
// A kernel that does not compile here all the same is listed in Stats.Rejected and
// another takes over, down to the plain ones (choose.go).
package gpu
