package shaders

// GroupNormStats is the Params of group_norm_stats.wgsl and its vec4 twin.
type GroupNormStats struct {
	Batch, Pixels        uint32
	ChannelsA, ChannelsB uint32 // of the two inputs side by side; the second may be 0
	Groups               uint32
	Slabs, PerSlab       uint32 // number of slabs, and pixels in each but the last
}

// GroupNormJoin is the Params of group_norm_join.wgsl.
type GroupNormJoin struct {
	Groups         uint32 // of all pictures
	Parts          uint32 // moments that there are of a group
	Slabs, PerSlab uint32 // and that it gets; how many become one
}

// GroupNorm is the Params of group_norm.wgsl and its vec4 twin.
type GroupNorm struct {
	Batch, Pixels        uint32
	ChannelsA, ChannelsB uint32
	Groups, Slabs        uint32
	NormEps              float32
	Weight, Bias         uint32 // 1: apply it
	// ScaleShift is the values between those of two pictures, 0 for none, and
	// ScaleShiftFirst where those of the first begin.
	ScaleShift, ScaleShiftFirst uint32
	SiLU                        uint32 // 1: apply it
}
