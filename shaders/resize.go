package shaders

// Resize is the Params of resize.wgsl.
type Resize struct {
	Count               uint32
	Height, Width       uint32 // of x
	OutHeight, OutWidth uint32
	Channels            uint32
}

// Pool is the Params of the kernels of average and max pooling and their gradients.
type Pool struct {
	Count                       uint32 // values of the result
	Height, Width               uint32 // of the picture
	PooledHeight, PooledWidth   uint32
	Channels, Size, Stride, Pad uint32
}
