package shaders

// MatmulSplit is the Params of matmul_split.wgsl.
type MatmulSplit struct {
	Batch, Rows             uint32
	InChannels, OutChannels uint32
	InChannelsB             uint32 // of InChannels, those of a second input beside the first
	Slabs, PerSlab          uint32 // number of slabs, and fours of channels in each but the last
}

// MatmulJoin is the Params of matmul_join.wgsl.
type MatmulJoin struct {
	Rows, OutChannels    uint32 // rows of all matrices
	Slabs                uint32
	Bias, Residual, SiLU uint32 // 1: apply it
}
