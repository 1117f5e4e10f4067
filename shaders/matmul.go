package shaders

// Matmul is the Params of matmul_tile.wgsl, matmul_broadcast.wgsl and
// matmul_shared.wgsl.
type Matmul struct {
	Batch, Rows             uint32
	InChannels, OutChannels uint32
	Bias, Residual, SiLU    uint32 // 1: apply it
	InChannelsB             uint32 // of InChannels, those of a second input beside the first
}

// MatmulValues is the Params of matmul.wgsl.
type MatmulValues struct {
	Count                uint32
	Rows, Columns, Inner uint32 // extents of a product
	ARow, ACol           uint32 // values between rows and columns of a as it is read
	BRow, BCol           uint32 // and of b
}
