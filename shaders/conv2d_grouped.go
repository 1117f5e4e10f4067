package shaders

// Conv2DGrouped is the Params of conv2d_grouped.wgsl, conv2d_depthwise.wgsl,
// conv_transpose2d.wgsl and conv_transpose2d_tile.wgsl.
type Conv2DGrouped struct {
	Batch, Height, Width, Channels   uint32 // of the input
	OutHeight, OutWidth, OutChannels uint32
	Groups                           uint32
	KernelH, KernelW                 uint32
	Stride, Dilation                 uint32
	PadTop, PadLeft                  uint32
	Row                              uint32 // values between rows of the kernel matrix
	Bias                             uint32 // 1: add it
	Shift, ShiftFirst                uint32 // values between those of two pictures, 0 for none; where the first's begin
	Residual                         uint32 // 1: add it
}

// Conv2DWeightGrad is the Params of conv2d_weight_grad.wgsl and
// conv2d_weight_grad_tile.wgsl.
type Conv2DWeightGrad struct {
	Batch, Height, Width, Channels   uint32 // of x
	OutHeight, OutWidth, OutChannels uint32 // of g
	Groups                           uint32
	KernelH, KernelW                 uint32
	Stride, Dilation                 uint32
	PadTop, PadLeft                  uint32
	Slabs, PerSlab                   uint32 // parts of the sum, and rows of g in one
}

// SlabSum is the Params of slab_sum.wgsl.
type SlabSum struct{ Count, Slabs uint32 }
