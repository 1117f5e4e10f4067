package shaders

// Linear is the Params of linear.wgsl.
type Linear struct {
	Rows, InChannels, OutChannels uint32
	InStep, OutStep               uint32 // values between the weights of channels of x, and of y
	Bias, Residual, SiLU          uint32 // 1: apply it
}
