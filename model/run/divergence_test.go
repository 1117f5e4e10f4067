package run_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/model/sde"
)

// TestHutchinsonThroughANetwork: estimates by a network's own backward pass have the exact
// divergence of its score for a mean, within three standard errors. The exact one is the
// trace, a backward pass for each of the values.
func TestHutchinsonThroughANetwork(t *testing.T) {
	const elems, probes, at = 64, 256, .3
	info := run.Info{Channels: 1, Height: 8, Width: 8}
	if err := json.Unmarshal([]byte(`{"_class_name":"ScoreSdeSubVpScheduler"}`), &info.Scheduler); err != nil {
		t.Fatal(err)
	}
	score, _, err := info.Score(small(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	x := normal(4, elems)
	// along is εᵀ·∂s/∂x·ε for each of some ε.
	along := func(directions []float32) []float64 {
		n := len(directions) / elems
		cond := diffusion.Cond{Class: slices.Repeat([]int{diffusion.NoClass}, n)}
		of, err := sde.Hutchinson(t.Context(), score, slices.Repeat(x, n), slices.Repeat([]float64{at}, n), cond, directions, make([]float32, n*elems))
		if err != nil {
			t.Fatal(err)
		}
		return of
	}
	axes := make([]float32, elems*elems)
	for i := range elems {
		axes[i*elems+i] = 1
	}
	var exact, mean, square float64
	for _, v := range along(axes) {
		exact += v
	}
	signs := slices.Concat(sde.Rademacher(9, 1, elems, probes)...)
	estimates := along(signs)
	for _, v := range estimates {
		mean += v / probes
	}
	for _, v := range estimates {
		square += (v - mean) * (v - mean) / (probes - 1)
	}
	standardError := math.Sqrt(square / probes)
	if standardError == 0 || math.Abs(mean-exact) > 3*standardError {
		t.Errorf("the mean of %d estimates is %.4f ± %.4f, the divergence %.4f", probes, mean, standardError, exact)
	}
	if standardError > math.Abs(exact)/4 {
		t.Errorf("a divergence of %.4f with a standard error of %.4f could be anything", exact, standardError)
	}
}
