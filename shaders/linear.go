package shaders

// Linear is the Params of linear.wgsl.
type Linear struct {
	Rows, InChannels, OutChannels uint32
	Stride                        uint32 // values between rows of the weight matrix
	Bias, Residual, SiLU          uint32 // 1: apply it
}
