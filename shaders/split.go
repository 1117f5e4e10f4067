package shaders

// Split is the Params of split.wgsl and split_grad.wgsl.
type Split struct{ Count, Width, Parts, Part uint32 }
