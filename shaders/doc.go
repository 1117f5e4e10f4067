// Package shaders embeds the WGSL kernels, one per file, each with the Go layout
// of its Params beside it.
//
// A kernel is complete and compiles as it stands. Numbers that may be tuned are
// override declarations, which [Source] rewrites to constants with the chosen
// values. Binding 0 is always the uniform Params, the inputs follow, and the
// result is last. Where a kernel takes an optional input, a flag in Params says
// whether it is there; something must be bound all the same.
//
// # A new operation
//
//  1. model/graph: the operation with its Kind and Infer.
//  2. model/cpu: the same stem, written plainly. It defines correct.
//  3. model/optest: its cases: odd sizes, H≠W, channels not divisible by 4, a
//     batch, large means.
//  4. Here: kind.wgsl, opening with the formula, the shapes, who computes what
//     and "Reference: model/cpu.Kind"; the struct of its Params in kind.go, with
//     the fields in the same order.
//  5. model/gpu: kind.go, which launches it, and its case in lowerNode.
//
// Write the plain kernel first: one invocation a value, any shape. It is what the
// faster configurations fall back to.
package shaders
