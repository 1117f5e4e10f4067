package langevin

import (
	"context"
	_ "embed"
	"encoding/json"
	"math"
	"testing"

	"unnoise/model/plane"
)

// Written by tools/golden/langevin.py.
//
//go:embed testdata/langevin.json
var goldenFile []byte

type golden struct {
	Points     []float32     `json:"points"`
	PlaneNoise [][]float32   `json:"plane_noise"`
	Start      []float32     `json:"start"`
	Noise      [][]float32   `json:"noise"`
	Picture    []float32     `json:"picture"`
	Known      []bool        `json:"known"`
	Rows       int           `json:"rows"`
	Pixel      float64       `json:"pixel"`
	Spread     float64       `json:"spread"`
	Cases      []goldenChain `json:"cases"`
	Techniques []technique   `json:"techniques"`
	NCSNLevels []float64     `json:"ncsn_levels"`
	NCSNSteps  []float64     `json:"ncsn_steps"`
}

type goldenChain struct {
	Name     string    `json:"name"`
	Plane    bool      `json:"plane"`
	Form     Form      `json:"form"`
	Step     float64   `json:"step"`
	PerLevel int       `json:"per_level"`
	Sigmas   []float64 `json:"sigmas"`
	Denoise  bool      `json:"denoise"`
	Known    bool      `json:"known"`
	Anew     bool      `json:"anew"`
	Between  int       `json:"between"`
	One      []float32 `json:"one"`
	Ten      []float32 `json:"ten"`
	Last     []float32 `json:"last"`
}

type technique struct {
	Name     string  `json:"name"`
	First    float64 `json:"first"`
	Last     float64 `json:"last"`
	Levels   int     `json:"levels"`
	PerLevel int     `json:"per_level"`
	Step     float64 `json:"step"`
	Dim      int     `json:"dim"`
	Gamma    float64 `json:"gamma"`
	Overlap  float64 `json:"overlap"`
	Settled  float64 `json:"settled"`
}

func readGolden(t *testing.T) golden {
	t.Helper()
	var g golden
	if err := json.Unmarshal(goldenFile, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// pixels is the exact score of independent pixels that are ½ ± m, with noise of
// deviation s.
type pixels struct {
	m, s   float64
	sigmas []float64
}

func (p pixels) Score(_ context.Context, xs []float32, level int, dst []float32) error {
	v := p.s*p.s + p.sigmas[level]*p.sigmas[level]
	for i, x := range xs {
		y := float64(x) - .5
		dst[i] = float32((p.m*math.Tanh(p.m*y/v) - y) / v)
	}
	return nil
}

// toy is the mixture of NCSN's toy program, whose components have deviation σ: two points
// with noise.
func toy(t *testing.T, sigmas []float64) *Exact {
	t.Helper()
	m, err := plane.NewMixture(plane.Gaussian{Weight: .8, X: 5, Y: 5}, plane.Gaussian{Weight: .2, X: -5, Y: -5})
	if err != nil {
		t.Fatal(err)
	}
	return &Exact{Data: m, Noise: sigmas}
}

func TestChainsEqualTheProgramsArithmetic(t *testing.T) {
	g := readGolden(t)
	for _, c := range g.Cases {
		t.Run(c.Name, func(t *testing.T) {
			chain := &Chain{Sigmas: c.Sigmas, PerLevel: c.PerLevel, Step: c.Step, Form: c.Form, Denoise: c.Denoise}
			var score Score = pixels{g.Pixel, g.Spread, c.Sigmas}
			start, stored := g.Start, g.Noise
			if c.Plane {
				score, start, stored = toy(t, c.Sigmas), g.Points, g.PlaneNoise
			}
			if c.Known {
				chain.Known = &Known{Picture: g.Picture, Mask: g.Known, Anew: c.Anew}
			}
			noise := func(i int, dst []float32) { copy(dst, stored[i]) }
			x := append([]float32(nil), start...)
			if c.Between > 0 {
				size := len(start) / g.Rows
				x = x[:0]
				for row := range g.Rows {
					for range c.Between {
						x = append(x, start[row*size:(row+1)*size]...)
					}
				}
				noise = Between(noise, g.Rows, c.Between)
			}
			steps := 0
			err := chain.Run(t.Context(), score, x, noise, func(s Step) error {
				if s.I != steps {
					t.Errorf("step %d comes as number %d", s.I, steps)
				}
				steps++
				switch s.I {
				case 1:
					one, want := s.X, c.One
					if c.Anew { // its known part has been noised once more before the step is yielded
						one, want = unknown(one, g.Known), unknown(want, g.Known)
					}
					near(t, "after one step", one, want)
				case 10:
					if !c.Denoise {
						near(t, "after ten steps", s.X, c.Ten)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := len(c.Sigmas)*c.PerLevel + 1; steps != want {
				t.Errorf("%d moments, expected %d", steps, want)
			}
			near(t, "at the end", x, c.Last)
		})
	}
}

// unknown is what a mask leaves of pictures.
func unknown(xs []float32, known []bool) []float32 {
	var out []float32
	for i, v := range xs {
		if !known[i%len(known)] {
			out = append(out, v)
		}
	}
	return out
}

func near(t *testing.T, when string, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, expected %d", when, len(got), len(want))
	}
	for i, v := range got {
		if d := math.Abs(float64(v) - float64(want[i])); !(d <= 1e-5) {
			t.Fatalf("%s: value %d is %g, expected %g", when, i, v, want[i])
		}
	}
}

func TestLevelsAndSteps(t *testing.T) {
	g := readGolden(t)
	c := Chain{Sigmas: Geometric(1, .01, 10), PerLevel: 100, Step: 2e-5, Form: Code}
	for i, sigma := range c.Sigmas {
		if !close(sigma, g.NCSNLevels[i], 1e-12) || !close(c.StepSize(i), g.NCSNSteps[i], 1e-12) {
			t.Errorf("level %d is %g with step %g, expected %g and %g", i, sigma, c.StepSize(i), g.NCSNLevels[i], g.NCSNSteps[i])
		}
	}
	if c.Len() != 1000 || c.NFE() != 1000 {
		t.Errorf("%d steps and %d evaluations, expected 1000 of both", c.Len(), c.NFE())
	}
}

func close(a, b, part float64) bool { return math.Abs(a-b) <= part*math.Abs(b) }

// The shipped configurations obey the techniques: a γ with overlap of about ½, and steps
// with which a level's variance settles.
func TestTechniquesOfTheShippedConfigurations(t *testing.T) {
	for _, c := range readGolden(t).Techniques {
		gamma := Ratio(c.First, c.Last, c.Levels)
		if !close(gamma, c.Gamma, 1e-12) {
			t.Errorf("%s: γ = %g, expected %g", c.Name, gamma, c.Gamma)
		}
		if got := Overlap(gamma, c.Dim); !close(got, c.Overlap, 1e-9) || got < .566 || got > .567 {
			t.Errorf("%s: overlap %g, expected %g, between .566 and .567", c.Name, got, c.Overlap)
		}
		if got := Settled(gamma, c.Step/(c.Last*c.Last), c.PerLevel); !close(got, c.Settled, 1e-12) {
			t.Errorf("%s: settled at %g, expected %g", c.Name, got, c.Settled)
		}
		// And the other way round.
		found, err := Gamma(c.Overlap, c.Dim)
		if err != nil || !close(found, c.Gamma, 1e-9) {
			t.Errorf("%s: γ = %g by its overlap (%v), expected %g", c.Name, found, err, c.Gamma)
		}
		if n := Count(c.First, c.Last, c.Gamma); n != c.Levels {
			t.Errorf("%s: %d levels, expected %d", c.Name, n, c.Levels)
		}
		part := BestPart(gamma, c.PerLevel)
		best := Settled(gamma, part, c.PerLevel)
		for _, other := range []float64{.9 * part, 1.1 * part, c.Step / (c.Last * c.Last)} {
			if Settled(gamma, other, c.PerLevel) < best {
				t.Errorf("%s: ε/σ² = %g settles better than the best, %g", c.Name, other, part)
			}
		}
	}
	if got := Settled(Ratio(50, .01, 232), .062, 5); math.Abs(got-1.056) > 1e-3 {
		t.Errorf("CIFAR-10's variance settles at %g, the paper's formula gives 1.056", got)
	}
}
