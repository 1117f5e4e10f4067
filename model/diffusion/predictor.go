package diffusion

import "context"

// Output is a network's answer for a batch, in the layout of its input.
type Output struct {
	Pred     []float32 // what the network predicts: see Prediction
	Variance []float32 // nil unless the network learns it
}

// Predictor is the network: the seam between mathematics and machine. Programs
// on the CPU and on the GPU satisfy it, and so do toy models whose answer is
// known exactly.
type Predictor interface {
	// Predict answers for n = len(t) pictures. xs has n pictures, NCHW; t the
	// trained timestep of each; cond one entry per picture. The answer's slices
	// may be reused by the next call. The error is ctx's where it was cancelled.
	Predict(ctx context.Context, xs []float32, t []float64, cond Cond) (Output, error)
}
