package shaders

// RBF is the Params of rbf.wgsl.
type RBF struct{ Count, Dim, Centres, Normalised uint32 }
