package shaders

// Softmax is the Params of softmax.wgsl, log_softmax.wgsl and the gradients of both.
type Softmax struct{ Rows, Width uint32 }

// SoftmaxPositions is the Params of softmax_positions_stats.wgsl,
// softmax_positions.wgsl and their counterparts for the gradient.
type SoftmaxPositions struct {
	Batch, Positions, Channels uint32
	Slabs, PerSlab             uint32 // number of slabs, and positions in each but the last
}

// LogProb is the Params of log_prob.wgsl.
type LogProb struct{ Rows, Classes uint32 }

// LogProbGrad is the Params of log_prob_grad.wgsl.
type LogProbGrad struct{ Rows, Classes, Cotangents uint32 }

// CrossEntropy is the Params of cross_entropy.wgsl.
type CrossEntropy struct{ Rows uint32 }
