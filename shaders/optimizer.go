package shaders

// MovingAverage is the Params of moving_average.wgsl.
type MovingAverage struct {
	Count  uint32
	Rate   float32
	Square uint32 // 1: of the squares
}

// AdamStep is the Params of adam_step.wgsl.
type AdamStep struct {
	Count      uint32
	Eps, Decay float32
}

// AdamUpdate is the Params of adam_update.wgsl.
type AdamUpdate struct {
	Count        uint32
	Eps, Decay   float32
	Rate1, Rate2 float32 // of the averages of gradients and of their squares
	Average      float32 // of that of the parameter
}

// SGDStep is the Params of sgd_step.wgsl.
type SGDStep struct{ Count uint32 }
