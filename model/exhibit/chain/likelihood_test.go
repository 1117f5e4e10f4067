package chain_test

import (
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

var long = flag.Bool("long", false, "compare whole bounds, of 1000 terms each, too: minutes")

// golden is a case of testdata/likelihood.json: tools/golden/likelihood.py.
type golden struct {
	Model, Variance string
	Picture, Label  int
	Seed            uint64
	Timesteps       []int
	Terms           []float64
	Prior           float64
	Whole           *float64
}

var variances = map[string]diffusion.Variance{
	"fixed_small": diffusion.FixedSmall, "fixed_large": diffusion.FixedLarge, "learned_range": diffusion.LearnedRange,
}

// within is the tolerance of every figure, in bits per pixel.
const within = 1e-3

func TestBoundsEqualPyTorch(t *testing.T) {
	data, err := os.ReadFile("testdata/likelihood.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 4 {
		t.Fatalf("only %d cases", len(cases))
	}
	inExhibit(t, func(ctx context.Context, env *exhibit.Env) error {
		sheet, err := env.Sheet(ctx, "fashion")
		if err != nil {
			return err
		}
		for len(cases) > 0 {
			n := 1 // cases of one network and one picture share its answers
			for n < len(cases) && cases[n].Model == cases[0].Model && cases[n].Picture == cases[0].Picture {
				n++
			}
			if err := compare(ctx, t, env, cases[:n], sheet.Pictures[cases[0].Picture]); err != nil {
				return err
			}
			cases = cases[n:]
		}
		return nil
	})
}

// compare measures the bounds of one picture under one network.
func compare(ctx context.Context, t *testing.T, env *exhibit.Env, cases []golden, x0 []float32) error {
	g := cases[0]
	m, err := chain.Load(ctx, env, g.Model)
	if err != nil {
		return err
	}
	k := 0
	err = m.Answers(ctx, x0, g.Label, g.Timesteps, g.Seed, func(part []chain.Answer) {
		for _, a := range part {
			for _, g := range cases {
				near(t, g, stepName(a.T), m.Bound(variances[g.Variance]).Term(a.T, x0, a.Xt, a.Output), g.Terms[k], within)
			}
			k++
		}
	})
	if err != nil {
		return err
	}
	strata := m.Strata(m.Trained.Len(), 0)
	tallies := make([]*chain.Tally, len(cases))
	for i, g := range cases {
		tallies[i] = chain.NewTally(m.Bound(variances[g.Variance]), strata, x0)
		near(t, g, "the prior", tallies[i].Prior, g.Prior, 1e-9)
		if k != len(g.Terms) {
			t.Errorf("%d terms came of %d", k, len(g.Terms))
		}
	}
	if g.Whole == nil || !*long {
		return nil
	}
	err = m.Answers(ctx, x0, g.Label, chain.Timesteps(strata), g.Seed, func(part []chain.Answer) {
		for _, a := range part {
			for _, y := range tallies {
				y.Add(a)
			}
		}
	})
	if err != nil {
		return err
	}
	for i, g := range cases {
		rate, se := tallies[i].Rate()
		near(t, g, "the whole bound", rate+tallies[i].First(), *g.Whole, within)
		near(t, g, "its standard error", se, 0, 0)
		t.Logf("%s, picture %d, %s: %.6f bits per pixel, PyTorch %.6f", g.Model, g.Picture, g.Variance, rate+tallies[i].First(), *g.Whole)
	}
	return nil
}

// stepName names a term.
func stepName(t int) string { return chain.StepLabel(diffusion.Update{T: t}) }

func near(t *testing.T, g golden, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s, picture %d, %s: %s is %.9f, PyTorch has %.9f", g.Model, g.Picture, g.Variance, what, got, want)
	}
}

// inExhibit runs f in the world of exhibits.
func inExhibit(t *testing.T, f func(ctx context.Context, env *exhibit.Env) error) {
	t.Helper()
	e := &exhibit.Exhibit{ID: "test", Title: "Test", Year: 2020, References: []int{2}, Sentences: [3]string{"A", "B", "C"},
		Panels: []exhibit.Panel{{ID: "none", Title: "None"}},
		Run: func(ctx context.Context, env *exhibit.Env, _ exhibit.State, emit func(exhibit.Frame)) error {
			emit(exhibit.Frame{Figures: map[string]figure.Figure{"none": &figure.Table{Header: []string{"none"}}}})
			return f(ctx, env)
		}}
	exhibittest.Run(t, e, nil)
}
