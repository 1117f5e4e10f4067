package shaders

// SiLU is the Params of silu.wgsl.
type SiLU struct {
	Count    uint32
	Residual uint32 // 1: add it
}

// Add is the Params of add.wgsl.
type Add struct{ Count uint32 }

// Affine is the Params of affine.wgsl.
type Affine struct {
	Count          uint32
	Factor, Offset float32
}

// AddChannel is the Params of add_channel.wgsl.
type AddChannel struct {
	Count    uint32
	Picture  uint32 // values in a picture: H·W·C
	Channels uint32
}

// ScaleShift is the Params of scale_shift.wgsl.
type ScaleShift struct {
	Count    uint32
	Picture  uint32 // values in a picture: H·W·C
	Channels uint32
	Shift    uint32 // 0: leave the shift out
}

// Upsample is the Params of upsample.wgsl.
type Upsample struct {
	Count         uint32
	Height, Width uint32 // of the result
	Channels      uint32
}

// Concat is the Params of concat.wgsl.
type Concat struct{ Count, ChannelsA, ChannelsB uint32 }

// SiLUGrad is the Params of silu_grad.wgsl.
type SiLUGrad struct{ Count uint32 }

// Mul is the Params of mul.wgsl.
type Mul struct{ Count uint32 }

// Slice is the Params of slice.wgsl.
type Slice struct {
	Count        uint32
	Channels     uint32 // of the input
	First, Width uint32 // the first channel, and how many
}

// SumPool is the Params of sum_pool.wgsl.
type SumPool struct {
	Count         uint32
	Height, Width uint32 // of the result
	Channels      uint32
}

// ChannelSum is the Params of channel_sum.wgsl.
type ChannelSum struct{ Pictures, Pixels, Channels uint32 }
