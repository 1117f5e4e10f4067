package shaders

// GroupNormGrad is the Params of group_norm_grad_sums.wgsl and group_norm_grad.wgsl.
type GroupNormGrad struct {
	Batch, Pixels, Channels uint32
	Groups                  uint32
	Slabs, PerSlab          uint32 // number of slabs, and pixels in each but the last
	NormEps                 float32
	Weight                  uint32 // 1: apply it
}
