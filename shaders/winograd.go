package shaders

// WinogradInput is the Params of winograd_input.wgsl and winograd4_input.wgsl.
type WinogradInput struct {
	Batch, Height, Width uint32 // of the input, before upsampling
	ChannelsA, ChannelsB uint32 // of the two inputs side by side; the second may be 0
	TilesH, TilesW       uint32 // output tiles of a picture, 2×2 or 4×4
	Upsample             uint32 // 1: every input pixel counts twice in both directions
}

// WinogradNormInput is the Params of winograd_norm_input.wgsl and winograd4_norm_input.wgsl.
type WinogradNormInput struct {
	Batch, Height, Width        uint32 // of the input
	ChannelsA, ChannelsB        uint32 // of the two inputs side by side; the second may be 0
	TilesH, TilesW              uint32 // output tiles of a picture, 2×2 or 4×4
	Groups, Slabs               uint32
	NormEps                     float32
	Weight, Bias                uint32 // 1: there is one
	ScaleShift, ScaleShiftFirst uint32 // values between those of two pictures, 0 for none; where the first's begin
}

// WinogradOutput is the Params of winograd_output.wgsl and winograd4_output.wgsl.
type WinogradOutput struct {
	Batch, Height, Width uint32 // of the output
	Channels             uint32
	TilesH, TilesW       uint32
	Bias                 uint32 // 1: add it
	Shift, ShiftFirst    uint32 // values between those of two pictures, 0 for none; where the first's begin
	Residual             uint32 // 1: add it
	Groups               uint32 // of the norm that follows, whose moments are kept
}

// WinogradWeight is the Params of winograd_weight.wgsl and winograd4_weight.wgsl.
type WinogradWeight struct{ Count uint32 }
