package diffusion

import (
	"context"
	"math"
)

// component is one Gaussian of a mixture over single values.
type component struct{ weight, mean, std float64 }

// mixture is a network whose answer is known exactly: every value of x_0 is
// drawn from the same mixture of Gaussians, independently.
type mixture struct {
	components []component
	schedule   *Schedule // as trained
	predict    Prediction
	calls      int
	shifted    float64 // added to the answer for pictures with a class
	batch      []int   // the classes of the last call
}

// Predict implements Predictor.
func (m *mixture) Predict(ctx context.Context, xs []float32, t []float64, cond Cond) (Output, error) {
	m.calls++
	m.batch = append(m.batch[:0], cond.Class...)
	pred := make([]float32, len(xs))
	elems := len(xs) / len(t)
	for i, x := range xs {
		k := i / elems
		alphaBar := m.schedule.At(t[k]).AlphaBar
		value := m.answer(float64(x), alphaBar)
		if cond.Class[k] != NoClass {
			value += m.shifted
		}
		pred[i] = float32(value)
	}
	return Output{Pred: pred}, ctx.Err()
}

func (m *mixture) answer(xt, alphaBar float64) float64 {
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	eps := m.eps(xt, alphaBar)
	x0 := (xt - noise*eps) / signal
	switch m.predict {
	case PredictX0:
		return x0
	case PredictV:
		return signal*eps - noise*x0
	}
	return eps
}

// eps is E[ε|x_t] = −√(1−ᾱ)·∇log q(x_t).
func (m *mixture) eps(xt, alphaBar float64) float64 {
	var logs, pulls []float64
	top := math.Inf(-1)
	for _, c := range m.components {
		variance := alphaBar*c.std*c.std + 1 - alphaBar
		delta := xt - math.Sqrt(alphaBar)*c.mean
		log := math.Log(c.weight) - 0.5*math.Log(variance) - 0.5*delta*delta/variance
		logs, pulls = append(logs, log), append(pulls, delta/variance)
		top = max(top, log)
	}
	var share, pull float64
	for i, log := range logs {
		share += math.Exp(log - top)
		pull += math.Exp(log-top) * pulls[i]
	}
	return math.Sqrt(1-alphaBar) * pull / share
}

// moments are the mean and variance of x_0.
func (m *mixture) moments() (mean, variance float64) {
	var square float64
	for _, c := range m.components {
		mean += c.weight * c.mean
		square += c.weight * (c.std*c.std + c.mean*c.mean)
	}
	return mean, square - mean*mean
}
