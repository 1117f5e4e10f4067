package scoresde

import (
	"context"
	"math"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// The classifier names real pictures with a little noise, and its gradient leads to where
// it is surer.
func TestClassifierKnowsGarments(t *testing.T) {
	e := &exhibit.Exhibit{ID: "test", Title: "Test", Year: 2021, References: []int{17}, Sentences: [3]string{"A", "B", "C"},
		Panels: []exhibit.Panel{{ID: "none", Title: "None"}},
		Run: func(ctx context.Context, env *exhibit.Env, _ exhibit.State, emit func(exhibit.Frame)) error {
			emit(exhibit.Frame{Figures: map[string]figure.Figure{"none": &figure.Table{Header: []string{"none"}}}})
			return knowsGarments(ctx, t, env)
		}}
	exhibittest.Run(t, e, nil)
}

func knowsGarments(ctx context.Context, t *testing.T, env *exhibit.Env) error {
	process, err := process("subvp")
	if err != nil {
		return err
	}
	u := &subject{sde: process, elems: 32 * 32}
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return err
	}
	c, err := loadClassifier(ctx, env, u)
	if err != nil {
		return err
	}
	defer c.Close()
	const time, every, n = .1, 4, 25
	scale, std := process.Marginal(time)
	cond := diffusion.Cond{Class: make([]int, n)}
	xs := make([]float32, n*u.elems)
	for k := range n {
		cond.Class[k] = sheet.Labels[every*k]
		x := xs[k*u.elems : (k+1)*u.elems]
		run.StartNoise(x, 0, k)
		diffusion.Combine(x, sheet.Pictures[every*k], x, scale, std)
	}
	times := make([]float64, n)
	for k := range times {
		times[k] = time
	}
	gradient := make([]float32, len(xs))
	logs, err := c.LogProb(ctx, xs, time, cond)
	if err != nil {
		return err
	}
	if err := c.Gradient(ctx, xs, times, cond, gradient); err != nil {
		return err
	}
	before, right := sum(logs), 0
	for _, v := range logs {
		if math.Exp(v) > .5 {
			right++
		}
	}
	if right < n/2 {
		t.Errorf("%d of %d garments are named rightly", right, n)
	}
	const small = 1e-3
	var square float64
	for i, v := range gradient {
		square += float64(v) * float64(v)
		xs[i] += small * v
	}
	after, err := c.LogProb(ctx, xs, time, cond)
	if err != nil {
		return err
	}
	if got, want := sum(after)-before, small*square; math.Abs(got-want) > .1*want {
		t.Errorf("along the gradient log p grows by %g, the gradient says %g", got, want)
	}
	return nil
}

func sum(values []float64) float64 {
	var out float64
	for _, v := range values {
		out += v
	}
	return out
}
