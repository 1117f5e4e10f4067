// Package shaders embeds the WGSL kernels, one per file, each with the Go layout
// of its Params beside it.
//
// A kernel is complete and compiles as it stands. Numbers that may be tuned are
// override declarations, which [Source] rewrites to constants with the chosen
// values. Binding 0 is always the uniform Params, the inputs follow, and the
// result is last. Where a kernel takes an optional input, a flag in Params says
// whether it is there; something must be bound all the same.
//
// # Parts
//
// Kernels of one family share declarations, such as the Params of all convolutions. Each
// is written once, in parts/NAME.wgsl, and stands word for word in the kernels that have
// it, below the line "// part: NAME". To change one, change its file and run
//
//	go test ./shaders -run TestParts -update
//
// A test holds the kernels to the parts; another finds what two kernels repeat that is no
// part; a third, in model/gpu, has a device compile every kernel.
//
// # Storing f16
//
// What holds activations, or a matrix of weights, is declared by an alias, which is
// float32 as the file stands:
//
//	alias act = f32;
//	alias act4 = vec4<f32>;
//
// Each load converts to f32 or vec4f, each store to act or act4, and everything
// between is f32. [SourceF16] makes both aliases f16 and has the stores saturate.
// Norms' parameters, biases, times, class labels, statistics, scores and split sums
// have no alias: they are float32 always. The declarations say what a kernel must be
// given ([Bindings]): model/gpu converts what is stored otherwise. A kernel without
// an alias works in an f16 program too, between conversions.
//
// # A new operation
//
//  1. model/graph: the operation with its Kind and Infer, and its VJP where a
//     gradient passes through it (model/graph/doc.go).
//  2. model/cpu: the same stem, written plainly. It defines correct.
//  3. model/optest: its cases: odd sizes, H≠W, channels not divisible by 4, a
//     batch, large means; where it has a VJP, small ones among the gradients; a
//     wrong variant among the faults.
//  4. Here: kind.wgsl, opening with the formula, the shapes, who computes what
//     and "Reference: model/cpu.Kind"; the struct of its Params in kind.go, with
//     the fields in the same order.
//  5. model/gpu: kind.go, which launches it, and its case in lowerNode.
//
// Write the plain kernel first: one invocation a value, any shape. It is what the
// faster configurations fall back to.
package shaders
