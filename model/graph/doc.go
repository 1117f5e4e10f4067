// Package graph is the list of operations of one forward pass and, where one is asked
// for, of its backward pass. It knows shapes and runs nothing: package cpu and package
// gpu execute it.
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
//
// # Gradients
//
// [Builder.Gradient] appends the backward pass of a value: vᵀ·∂y/∂x for inputs, states
// or any other values x. A backward pass is ordinary operations, which executors run,
// fuse and plan memory for as they do forward ones; an operation gives its own by being
// [Differentiable]. A new one implements VJP, out of operations that exist where this
// costs little, and has its cases among the gradients of package optest, which compares
// them with finite differences in float64.
//
// [Extend] goes on from a finished graph, so that a network built for sampling can be
// differentiated:
//
//	b := graph.Extend(network)
//	y, x := network.Outputs[0].Value, network.Inputs[0].Value
//	v := b.Input("v", network.Shape(y)...)
//	b.Output("gradient", b.Gradient(y, v, x)[0])
//
// # Weights
//
// An operation with weights takes each from a field, a stored and perhaps quantized
// [weights.Tensor] that never changes, or, where that is nil, from its inputs after x,
// in the stored layout: then the weight is a value, in float32, and has a gradient.
// Gradients with respect to x exist for both: they read the same tensor transposed.
//
// # States and training
//
// A [State] is a value that a program keeps between runs, on the device that computes.
// [Builder.Carry] says what it becomes after a run; a program with states is
// [Stateful]. Parameters are states, and so is what an optimiser remembers: [Adam],
// [AdamW] and [SGD] append a step as operations and carry the states over. So a
// training step is one run of one program, whose only traffic is the batch, and the
// loss where it is wanted. [Trainable] turns the weights of a finished graph into
// states.
package graph
