package shaders

// HeadContext is the Params of head_context.wgsl.
type HeadContext struct{ Batch, Positions, Channels, HeadDim uint32 }

// HeadApply is the Params of head_apply.wgsl.
type HeadApply struct {
	Batch, Positions, Channels, HeadDim uint32
	Transposed                          uint32 // 0 or 1
}
