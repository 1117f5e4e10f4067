package dpm

import (
	"math"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// temporalBasis is the weight of every bump at every step, T × bumps; each step's add up
// to 1 (model.py, generate_temporal_basis). The code spaces bumps evenly in t; with
// logOdds they are even in log((t + ½)/(T − t − ½)), so that the ends of a long chain,
// where a step changes most, have as many as its middle.
func temporalBasis(steps, bumps int, logOdds bool) [][]float64 {
	out := make([][]float64, steps)
	width := 1 / float64(bumps-1) // half the distance of two centres
	last := logit((float64(steps) - 0.5) / float64(steps))
	for t := range out {
		at := -1 + 2*float64(t)/float64(steps-1)
		if logOdds {
			at = logit((float64(t)+0.5)/float64(steps)) / last
		}
		row := make([]float64, bumps)
		var sum float64
		for j := range row {
			d := (at + 1 - 2*float64(j)*width) / width
			row[j] = math.Exp(-d * d / 2)
			sum += row[j]
		}
		for j := range row {
			row[j] /= sum
		}
		out[t] = row
	}
	return out
}

// basis is the temporal basis as a constant of the graph, [T, bumps].
func (c Config) basis() (*weights.Tensor, error) {
	rows := temporalBasis(c.Timesteps, c.TemporalBasis, c.BasisTime == "logit")
	values := make([]float32, 0, c.Timesteps*c.TemporalBasis)
	for _, row := range rows {
		for _, v := range row {
			values = append(values, float32(v))
		}
	}
	return weights.FromTorch("temporal_basis", weights.F32, tensor.Shape{c.Timesteps, c.TemporalBasis}, values)
}
