package shaders

// Matmul is the Params of matmul_tile.wgsl and matmul_shared.wgsl.
type Matmul struct {
	Batch, Rows             uint32
	InChannels, OutChannels uint32
	Bias, Residual, SiLU    uint32 // 1: apply it
}
