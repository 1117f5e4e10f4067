package shaders

// Conv2D is the Params of the kernels of ungrouped convolutions, conv2d.wgsl and its kin.
type Conv2D struct {
	Batch, Height, Width uint32 // of the input, before upsampling
	ChannelsA, ChannelsB uint32 // of the two inputs side by side; the second may be 0
	OutHeight, OutWidth  uint32
	OutChannels          uint32
	KernelH, KernelW     uint32
	Stride               uint32
	PadTop, PadLeft      uint32
	Upsample             uint32 // 1: every input pixel counts twice in both directions
	Row                  uint32 // values between rows of the kernel matrix
	Bias                 uint32 // 1: add it
	Shift, ShiftFirst    uint32 // values between those of two pictures, 0 for none; where the first's begin
	Residual             uint32 // 1: add it
}
