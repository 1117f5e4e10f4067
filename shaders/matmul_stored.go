package shaders

// MatmulStored is the Params of matmul_stored.wgsl.
type MatmulStored struct {
	Rows                    uint32
	InChannels, OutChannels uint32
	Bias, Residual, SiLU    uint32 // 1: apply it
}
