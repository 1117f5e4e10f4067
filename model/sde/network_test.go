package sde

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
)

// linear answers label·x, told to be of a class twice that.
type linear struct{ labels []float64 }

func (n *linear) Predict(_ context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	n.labels = slices.Clone(t)
	out := make([]float32, len(xs))
	elems := len(xs) / len(t)
	for i, x := range xs {
		k := i / elems
		out[i] = float32(t[k]) * x
		if cond.Class[k] != diffusion.NoClass {
			out[i] *= 2
		}
	}
	return diffusion.Output{Pred: out}, nil
}

// plain hides the gradient of a predictor.
type plain struct{ diffusion.Predictor }

func (n *linear) VJP(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v []float32) (diffusion.Output, []float32, error) {
	out, _ := n.Predict(ctx, xs, t, cond)
	grad, err := n.Predict(ctx, v, t, cond)
	return out, grad.Pred, err
}

// TestNetworkIsItsAnswerTimesTheFactor, each picture at its own time, and so is its
// gradient; guidance goes through.
func TestNetworkIsItsAnswerTimesTheFactor(t *testing.T) {
	s := VP{beta{.1, 20}}
	net := &linear{}
	score := &Network{Net: &diffusion.Guided{Predictor: net, Scale: 3}, Reading: EpsReading(s)}
	xs, v, times := []float32{1, -2, .5, 3}, []float32{1, 0, -1, 2}, []float64{.2, .7}
	cond := diffusion.Cond{Class: []int{4, diffusion.NoClass}}
	got, grad, plainly := make([]float32, 4), make([]float32, 4), make([]float32, 4)
	if err := score.VJP(t.Context(), xs, times, cond, v, got, grad); err != nil {
		t.Fatal(err)
	}
	if err := score.Score(t.Context(), xs, times, cond, plainly); err != nil {
		t.Fatal(err)
	}
	if d := differ(got, wide(plainly)); d > 1e-6 {
		t.Errorf("VJP's score is off by %.2g", d)
	}
	for i := range xs {
		at := times[i/2]
		_, std := s.Marginal(at)
		factor := -999 * at / std
		if i/2 == 0 {
			factor *= 1 + 3*(2-1) // ε_u + 3·(ε_c − ε_u)
		}
		near(t, "score", float64(got[i]), factor*float64(xs[i]), 1e-4*math.Abs(factor))
		near(t, "gradient", float64(grad[i]), factor*float64(v[i]), 1e-4*math.Abs(factor))
	}
	if !slices.Equal(net.labels[:2], []float64{999 * .2, 999 * .7}) {
		t.Errorf("it was told %v", net.labels)
	}
	score.Net = plain{net}
	if err := score.VJP(t.Context(), xs, times, cond, v, got, grad); !errors.Is(err, ErrNoGradient) {
		t.Errorf("without a gradient: %v", err)
	}
	score.Net = net
	if score.Score(t.Context(), xs, times, diffusion.Cond{Class: []int{0, 0}}, got[:2]) == nil {
		t.Error("room for half of the values was taken")
	}
}

// TestLikelihoodOfANetwork: a network that answers the noise of N(0, I) under VP, x·std, has
// that density, whose divergence each probe of signs knows exactly.
func TestLikelihoodOfANetwork(t *testing.T) {
	s := VP{beta{.1, 20}}
	reading := EpsReading(s)
	reading.Label = func(at float64) float64 {
		_, std := s.Marginal(at)
		return std
	}
	const elems = 6
	xs := normal(11, 2*elems)
	l := Likelihood{Flow: Flow{SDE: s, Score: &Network{Net: &linear{}, Reading: reading}, Cond: unconditional(2)}, Probes: Rademacher(0, 2, elems, 1)}
	got, err := l.Run(t.Context(), xs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range got.LogP {
		near(t, "log p", p, PriorLogDensity(s, wide(xs[k*elems:(k+1)*elems])), 1e-4)
	}
}
