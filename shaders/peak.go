package shaders

// PeakFMA is the Params of peak_fma.wgsl.
type PeakFMA struct{ Rounds uint32 }

// PeakCopy is the Params of peak_copy.wgsl.
type PeakCopy struct{ Count uint32 }
