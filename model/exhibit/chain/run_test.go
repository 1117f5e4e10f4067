package chain_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit/chain"
	"unnoise/model/rng"
)

// halves answers half of what it is asked about, until it is to fail.
type halves struct{ left int }

func (h *halves) Predict(_ context.Context, xs []float32, _ []float64, _ diffusion.Cond) (diffusion.Output, error) {
	if h.left--; h.left < 0 {
		return diffusion.Output{}, errors.New("worn out")
	}
	pred := make([]float32, len(xs))
	for i := range pred {
		pred[i] = xs[i] / 2
	}
	return diffusion.Output{Pred: pred}, nil
}

func sampleRun(t *testing.T, asked int) *chain.Run {
	t.Helper()
	s, err := diffusion.Linear(20, 1e-3, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 12)
	rng.New(5).Normal(x)
	return &chain.Run{
		Net:     &halves{asked},
		Updates: diffusion.DDPMUpdates(s, diffusion.Parametrisation{}, diffusion.FixedSmall),
		Start:   diffusion.Start{Xt: x},
		Class:   chain.Same(diffusion.NoClass, 2),
		Noise:   func(i int, dst []float32) { rng.New(uint64(i)).Normal(dst) },
	}
}

func TestPullGivesTheStepsOfWalk(t *testing.T) {
	var want [][]float32
	if err := sampleRun(t, 20).Walk(t.Context(), func(s diffusion.Step) error {
		want = append(want, slices.Clone(s.Xt))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	next, stop := sampleRun(t, 20).Pull(t.Context())
	defer stop()
	for i := range want {
		s, err := next()
		if err != nil {
			t.Fatal(err)
		}
		if s.I != i || !slices.Equal(s.Xt, want[i]) {
			t.Fatalf("step %d differs from that of Walk", i)
		}
	}
}

func TestPullEndsWithTheError(t *testing.T) {
	next, stop := sampleRun(t, 3).Pull(t.Context())
	defer stop()
	for range 3 {
		if _, err := next(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := next(); err == nil {
		t.Error("the network failed, and Pull has no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancelled, stopCancelled := sampleRun(t, 20).Pull(ctx)
	defer stopCancelled()
	if _, err := cancelled(); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := cancelled(); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled chain ends with %v", err)
	}
}

func TestMoments(t *testing.T) {
	for _, c := range []struct {
		last, most int
		want       []int
	}{
		{4, 10, []int{0, 1, 2, 3, 4}}, {0, 10, []int{0}}, {1000, 3, []int{0, 500, 1000}}, {9, 2, []int{0, 9}},
	} {
		if got := chain.Moments(c.last, c.most); !slices.Equal(got, c.want) {
			t.Errorf("Moments(%d, %d) = %v, want %v", c.last, c.most, got, c.want)
		}
	}
}
