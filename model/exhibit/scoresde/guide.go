package scoresde

import (
	"context"

	"unnoise/model/diffusion"
	"unnoise/model/sde"
)

// classifier knows log p_t(y|x) and its gradient.
type classifier interface {
	sde.Guide
	// LogProb is that of each of n of the subject, whose classes cond has.
	LogProb(ctx context.Context, xs []float32, t float64, cond diffusion.Cond) ([]float64, error)
}

// exactClassifier is that of a mixture each of whose modes is a class.
type exactClassifier struct {
	*sde.ExactGuide
	of *sde.Exact
}

func newExactClassifier(of *sde.Exact) (*exactClassifier, error) {
	classes := make([][]int, len(of.Data.Components()))
	for k := range classes {
		classes[k] = []int{k}
	}
	guide, err := sde.NewExactGuide(of.Data, of.SDE, classes)
	return &exactClassifier{guide, of}, err
}

// LogProb implements classifier: Bayes’ rule.
func (c *exactClassifier) LogProb(_ context.Context, xs []float32, t float64, cond diffusion.Cond) ([]float64, error) {
	all := c.of.At(t)
	shares, point := make([]float64, len(all.Components())), make([]float64, 2)
	out := make([]float64, len(cond.Class))
	for i, y := range cond.Class {
		point[0], point[1] = float64(xs[2*i]), float64(xs[2*i+1])
		log := all.Shares(point, shares)
		part, err := all.Part(y)
		if err != nil {
			return nil, err
		}
		out[i] = all.Components()[y].Weight
		out[i] = logOf(out[i]) + part.LogDensity(point) - log
	}
	return out, nil
}
