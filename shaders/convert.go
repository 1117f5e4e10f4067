package shaders

// Narrow is the Params of narrow.wgsl.
type Narrow struct{ Count uint32 } // vec4 of values

// Widen is the Params of widen.wgsl.
type Widen struct{ Count uint32 } // vec4 of values
