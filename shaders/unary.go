package shaders

// Unary is the Params of unary.wgsl and unary_grad.wgsl, whose override FUNC is the
// number of a graph.Func.
type Unary struct {
	Count            uint32
	Alpha, Low, High float32
}
