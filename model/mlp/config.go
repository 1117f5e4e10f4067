package mlp

import (
	"fmt"

	"unnoise/model/diffusion"
)

// Config describes a network and how it is trained.
type Config struct {
	Width int // of the layers
	Depth int // residual layers, 0 or more

	Predict  diffusion.Prediction // not PredictPrevious
	Schedule *diffusion.Schedule  // as trained: timesteps 0 … T−1

	Batch int     // points of a step
	Rate  float64 // Adam's learning rate
	// Average is the decay of the running average of the parameters, by which the
	// network answers; 0 for the parameters themselves.
	Average float64
	Seed    uint64 // of the parameters' beginning and of the batches
}

// The bounds keep a mistake from asking for a network that no device trains here.
const (
	maxWidth = 1024
	maxDepth = 16
	maxBatch = 1 << 16
)

// Check says what is wrong with a config.
func (c Config) Check() error {
	switch {
	case c.Width < 4 || c.Width > maxWidth:
		return fmt.Errorf("a width of %d; 4 to %d are possible", c.Width, maxWidth)
	case c.Depth < 0 || c.Depth > maxDepth:
		return fmt.Errorf("a depth of %d; 0 to %d are possible", c.Depth, maxDepth)
	case c.Batch < 1 || c.Batch > maxBatch:
		return fmt.Errorf("a batch of %d points; 1 to %d are possible", c.Batch, maxBatch)
	case !(c.Rate > 0):
		return fmt.Errorf("a learning rate of %g", c.Rate)
	case !(c.Average >= 0 && c.Average < 1):
		return fmt.Errorf("an average with the decay %g; it must be at least 0 and below 1", c.Average)
	case c.Schedule == nil || c.Schedule.Len() == 0:
		return fmt.Errorf("a network without a schedule")
	case c.Predict != diffusion.PredictEps && c.Predict != diffusion.PredictX0 && c.Predict != diffusion.PredictV:
		return fmt.Errorf("a network of points predicts epsilon, sample or v_prediction, not %v", c.Predict)
	}
	return nil
}

// Parameters is how many numbers are trained.
func (c Config) Parameters() int {
	total := 0
	for _, p := range c.layers() {
		total += p.out*p.in + p.out
	}
	return total
}

// layer is a linear layer: parameters name.weight [out, in] and name.bias [out].
type layer struct {
	name    string
	out, in int
}

// layers lists the linear layers from the input on.
func (c Config) layers() []layer {
	out := []layer{{"input", c.Width, inputs}}
	for k := range c.Depth {
		out = append(out, layer{fmt.Sprintf("layers.%d", k), c.Width, c.Width})
	}
	return append(out, layer{"output", 2, c.Width})
}
