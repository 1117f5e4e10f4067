package shaders

// Sub is the Params of sub.wgsl.
type Sub struct{ Count uint32 }

// Div is the Params of div.wgsl.
type Div struct{ Count uint32 }

// MulChannel is the Params of mul_channel.wgsl.
type MulChannel struct {
	Count    uint32
	Picture  uint32 // values in a picture
	Channels uint32
}

// Broadcast is the Params of broadcast.wgsl.
type Broadcast struct {
	Count                      uint32
	D1, D2, D3                 uint32 // extents of the result, after the first
	Step0, Step1, Step2, Step3 uint32 // values of x between neighbours
}
