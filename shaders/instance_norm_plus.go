package shaders

// InstanceNormPlusShift is the Params of instance_norm_plus_shift.wgsl.
type InstanceNormPlusShift struct {
	Channels, Slabs uint32
	NormEps         float32
	StyleStep       uint32 // values between pictures' γ, α, β; 0: one row for all
	Beta            uint32 // 1: apply it
}

// InstanceNormPlus is the Params of instance_norm_plus.wgsl.
type InstanceNormPlus struct {
	Batch, Pixels, Channels uint32
	Slabs                   uint32
	NormEps                 float32
	StyleStep               uint32
	Alpha                   float32 // of the activation, the override FUNC
}
