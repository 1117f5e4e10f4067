package dpmtest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"unnoise/model/dpm"
	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/unet/drawn"
	"unnoise/model/weights"
)

//go:embed testdata/networks.json
var networks []byte

// Golden is a network with drawn weights and what PyTorch computes with it in float64.
type Golden struct {
	Name      string
	Config    json.RawMessage
	Timesteps []int
	Outputs   [][]float64 // as Build lists them, N × values each
}

// Load reads the goldens.
func Load() ([]Golden, error) {
	var goldens []Golden
	err := json.Unmarshal(networks, &goldens)
	return goldens, err
}

// Weights draws the tensors of a network, each by its name.
func Weights(text json.RawMessage) (*weights.Set, error) {
	config, err := dpm.ParseConfig(text)
	if err != nil {
		return nil, err
	}
	parameters, err := config.Parameters()
	if err != nil {
		return nil, err
	}
	set := weights.NewSet(text)
	for _, p := range parameters {
		t, err := drawn.Tensor(p.Name, p.Shape)
		if err != nil {
			return nil, err
		}
		if err := set.Add(t); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// Normal draws n standard normal values by name, Uniform values in [0, 1).
func Normal(name string, n int) []float32 {
	values := make([]float32, n)
	rng.ForName(0, name).Normal(values)
	return values
}

// Uniform draws n values in [0, 1) by name.
func Uniform(name string, n int) []float32 {
	values := make([]float32, n)
	rng.ForName(0, name).Uniform(values)
	return values
}

// Run runs every golden network through an executor. ‖a−b‖/‖b‖ of each output must not
// exceed tolerance.
func Run(t *testing.T, compile func(context.Context, *graph.Graph) (graph.Program, error), tolerance float64) {
	t.Helper()
	goldens, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(goldens) < 3 {
		t.Fatalf("only %d goldens", len(goldens))
	}
	for _, g := range goldens {
		t.Run(g.Name, func(t *testing.T) {
			set, err := Weights(g.Config)
			if err != nil {
				t.Fatal(err)
			}
			n, err := dpm.NewNetwork(set, compile)
			if err != nil {
				t.Fatal(err)
			}
			defer n.Close()
			x := Normal(g.Name, len(g.Timesteps)*n.Config.Values())
			answer, err := n.Ask(t.Context(), x, g.Timesteps)
			if err != nil {
				t.Fatal(err)
			}
			got := [][]float32{answer.Mean, answer.Variance}
			if len(g.Outputs) == 1 {
				got = [][]float32{answer.Odds}
			}
			for i, want := range g.Outputs {
				relative, err := difference(got[i], want)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("output %d: relative error %.2g", i, relative)
				if !(relative <= tolerance) {
					t.Errorf("output %d: relative error %.2g, allowed %.2g", i, relative, tolerance)
				}
			}
		})
	}
}

func difference(got []float32, want []float64) (float64, error) {
	if len(got) != len(want) {
		return 0, fmt.Errorf("%d values, expected %d", len(got), len(want))
	}
	var error2, norm2 float64
	for i, w := range want {
		d := float64(got[i]) - w
		error2 += d * d
		norm2 += w * w
	}
	return math.Sqrt(error2 / norm2), nil
}
