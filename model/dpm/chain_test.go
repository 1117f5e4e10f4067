package dpm_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/dpm"
	"unnoise/model/dpm/dpmtest"
	"unnoise/model/graph"
)

// goldens is testdata/chains.json: tools/golden/dpm2015.py.
type goldens struct {
	Schedules struct {
		At                    []int
		Beta, AlphaBar, Short []float64
	}
	Gaussian []struct {
		Network string
		Config  json.RawMessage
		Forward [][]float64
		Reverse map[string][][]float64
		K, Null float64
	}
	Binomial struct {
		Config           json.RawMessage
		Forward, Reverse [][]float64
		K, Null          float64
	}
}

func load(t *testing.T) goldens {
	t.Helper()
	text, err := os.ReadFile("testdata/chains.json")
	if err != nil {
		t.Fatal(err)
	}
	var g goldens
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func compile(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }

func network(t *testing.T, config json.RawMessage) *dpm.Network {
	t.Helper()
	set, err := dpmtest.Weights(config)
	if err != nil {
		t.Fatal(err)
	}
	n, err := dpm.NewNetwork(set, compile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.9g, expected %.9g ± %.1g", what, got, want, tolerance)
	}
}

func same(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, expected %d", what, len(got), len(want))
	}
	for i, w := range want {
		near(t, fmt.Sprintf("%s, value %d", what, i), float64(got[i]), w, tolerance*(1+math.Abs(w)))
	}
	if t.Failed() {
		t.FailNow()
	}
}

func TestSchedules(t *testing.T) {
	want := load(t).Schedules
	betas, err := dpm.Betas(1000, 0.001)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := dpm.NewGaussian(betas)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range want.At {
		near(t, fmt.Sprintf("β[%d]", at), chain.Beta[at], want.Beta[i], 1e-14)
		near(t, fmt.Sprintf("ᾱ[%d]", at), chain.AlphaBar[at], want.AlphaBar[i], 1e-14)
	}
	// Recomputed independently: the table of the project's specification.
	near(t, "β[0]", betas[0], 0.001999989, 5e-10)
	near(t, "β[499]", betas[499], 0.001994998, 5e-10)
	near(t, "β[999]", betas[999], 0.4999955, 5e-8)
	near(t, "ᾱ[999]", chain.AlphaBar[999], 9.9161e-4, 5e-9)

	short, err := dpm.Betas(40, 0.001)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want.Short {
		near(t, fmt.Sprintf("β[%d] of 40", i), short[i], w, 1e-14)
	}
	binomial, err := dpm.BinomialBetas(2000)
	if err != nil {
		t.Fatal(err)
	}
	bits, err := dpm.NewBinomial(binomial, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the share left after half of the steps", bits.Kept[999], 0.5, 1e-12)
	near(t, "the share left at the end", bits.Kept[1999], 0, 0)
	twice := dpm.Faster(short, 2)
	near(t, "1 − β twice as fast", 1-twice[7], (1-short[7])*(1-short[7]), 1e-15)
}

func TestGaussianChain(t *testing.T) {
	for _, golden := range load(t).Gaussian {
		n := network(t, golden.Config)
		chain, err := n.Config.Gaussian(1)
		if err != nil {
			t.Fatal(err)
		}
		size, last := 3*n.Config.Values(), chain.Len()-1
		x := dpmtest.Normal("x0", size)
		for step, want := range golden.Forward {
			chain.Forward(x, x, dpmtest.Normal(fmt.Sprintf("forward/%d", step), size), step)
			same(t, fmt.Sprintf("%s forward %d", golden.Network, step), x, want, 1e-5)
		}
		known := make([]bool, size)
		for i := range known {
			known[i] = i%n.Config.Values()%2 == 0
		}
		seen := dpmtest.Normal("seen", size)
		for kind, evidence := range map[string]*dpm.Evidence{
			"plain": nil, "inpaint": {Seen: seen, Known: known}, "denoise": {Seen: seen, Noise: 0.7},
		} {
			x := dpmtest.Normal("start", size)
			if evidence != nil {
				evidence.Start(x, x)
			}
			for i, want := range golden.Reverse[kind] {
				at := last - i
				answer, err := n.AskAt(t.Context(), x, at)
				if err != nil {
					t.Fatal(err)
				}
				chain.Reverse(x, x, answer, dpmtest.Normal(fmt.Sprintf("reverse/%d", at), size), at, evidence)
				same(t, fmt.Sprintf("%s %s at t = %d", golden.Network, kind, at), x, want, 1e-5)
			}
		}
	}
}

// K equals PyTorch's on the same weights and noise to a thousandth of a bit.
func TestGaussianBound(t *testing.T) {
	for _, golden := range load(t).Gaussian {
		n := network(t, golden.Config)
		chain, err := n.Config.Gaussian(1)
		if err != nil {
			t.Fatal(err)
		}
		values := float64(n.Config.Values())
		x0 := dpmtest.Normal("bound", 16*n.Config.Values())
		var sum float64
		for at := 1; at < chain.Len(); at++ {
			term, err := n.GaussianTerm(t.Context(), chain, x0, dpmtest.Normal(fmt.Sprintf("bound/%d", at), len(x0)), at)
			if err != nil {
				t.Fatal(err)
			}
			sum += term
		}
		near(t, "K", dpm.K(sum, chain.Ends())*values, golden.K, 1e-3)
		near(t, "K of the null model", chain.Null()*values, golden.Null, 1e-9)
	}
}

func heartbeats(n int) []float32 {
	x := make([]float32, n*20)
	for i := range x {
		if (i%20-i/20+100)%5 == 0 {
			x[i] = 1
		}
	}
	return x
}

func TestBinomialChain(t *testing.T) {
	golden := load(t).Binomial
	n := network(t, golden.Config)
	chain, err := n.Config.Binomial()
	if err != nil {
		t.Fatal(err)
	}
	x := heartbeats(5)
	for i, want := range golden.Forward {
		at := 1900 + i
		dpm.Draw(x, dpmtest.Uniform(fmt.Sprintf("forward/%d", at), len(x)), func(i int) float64 { return chain.Forward(x[i], at) })
		same(t, fmt.Sprintf("forward %d", at), x, want, 0)
	}
	dpm.Draw(x, dpmtest.Uniform("start", len(x)), func(int) float64 { return chain.Rest })
	for i, want := range golden.Reverse {
		at := chain.Len() - 1 - i
		answer, err := n.AskAt(t.Context(), x, at)
		if err != nil {
			t.Fatal(err)
		}
		chain.Reverse(x, x, answer, dpmtest.Uniform(fmt.Sprintf("reverse/%d", at), len(x)), at)
		same(t, fmt.Sprintf("reverse %d", at), x, want, 0)
	}
}

func TestBinomialBound(t *testing.T) {
	golden := load(t).Binomial
	n := network(t, golden.Config)
	chain, err := n.Config.Binomial()
	if err != nil {
		t.Fatal(err)
	}
	x0 := heartbeats(5)
	var sum float64
	for at := 1; at < chain.Len(); at++ {
		term, err := n.BinomialTerm(t.Context(), chain, x0, dpmtest.Uniform(fmt.Sprintf("bound/%d", at), len(x0)), []int{at, at, at, at, at})
		if err != nil {
			t.Fatal(err)
		}
		sum += term
	}
	near(t, "K", dpm.K(sum, chain.Ends(x0)/5), golden.K, 1e-3)
	near(t, "K of the null model", chain.Null()*20, golden.Null, 1e-9)
	near(t, "K of the null model", chain.Null()*20, -2.414-12.024, 1e-3) // table 1 of the paper
}

func TestNetworksEqualPyTorch(t *testing.T) { dpmtest.Run(t, compile, 1e-5) }
