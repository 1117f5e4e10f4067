package dpm2015

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"

	"unnoise/model/dpm"
	"unnoise/model/dpm/dpmtest"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

// shipped is testdata/shipped.json: tools/golden/dpm2015_shipped.py.
type shipped struct {
	SwissRoll struct {
		Points int
		K      float64
	}
	Heartbeat struct{ K float64 }
	Fashion   struct {
		Pictures, Steps []int
		Terms           []float64
		Ends            float64
	}
}

// bits is the tolerance of every bound.
const bits = 1e-3

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	t.Logf("%s: %.6f bits, PyTorch %.6f", what, got, want)
	if !(math.Abs(got-want) <= bits) {
		t.Errorf("%s is %.6f bits, PyTorch has %.6f", what, got, want)
	}
}

// The bounds of the site's own networks equal PyTorch's on the same weights and noise.
func TestBoundsOfShippedNetworksEqualPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/shipped.json")
	if err != nil {
		t.Fatal(err)
	}
	var want shipped
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	e := &exhibit.Exhibit{ID: "test", Title: "Test", Year: 2015, References: []int{1}, Sentences: [3]string{"A", "B", "C"},
		Panels: []exhibit.Panel{{ID: "none", Title: "None"}},
		Run: func(ctx context.Context, env *exhibit.Env, _ exhibit.State, emit func(exhibit.Frame)) error {
			emit(exhibit.Frame{Figures: map[string]figure.Figure{"none": &figure.Table{Header: []string{"none"}}}})
			for _, check := range []func(context.Context, *testing.T, *exhibit.Env, shipped) error{rollBound, heartbeatBound, pictureTerms} {
				if err := check(ctx, t, env, want); err != nil {
					return err
				}
			}
			return nil
		}}
	exhibittest.Run(t, e, nil)
}

func rollBound(ctx context.Context, t *testing.T, env *exhibit.Env, want shipped) error {
	net, err := load(ctx, env, "dpm2015-swiss-roll")
	if err != nil {
		return err
	}
	defer net.Close()
	chain, err := net.Config.Gaussian(1)
	if err != nil {
		return err
	}
	n := want.SwissRoll.Points
	u, x0 := dpmtest.Uniform("roll", n), dpmtest.Normal("roll noise", 2*n)
	for i := range n {
		angle := rollAngle * (1 + 2*float64(u[i]))
		x0[2*i] = float32(rollRadius*angle*math.Cos(angle) + rollNoise*float64(x0[2*i]))
		x0[2*i+1] = float32(rollRadius*angle*math.Sin(angle) + rollNoise*float64(x0[2*i+1]))
	}
	net.Config.Standardise(x0)
	var sum float64
	for at := 1; at < chain.Len(); at++ {
		term, err := net.GaussianTerm(ctx, chain, x0, dpmtest.Normal(fmt.Sprintf("bound/%d", at), len(x0)), at)
		if err != nil {
			return err
		}
		sum += term
	}
	near(t, "K of the swiss roll", 2*dpm.K(sum, chain.Ends()), want.SwissRoll.K)
	return nil
}

func heartbeatBound(ctx context.Context, t *testing.T, env *exhibit.Env, want shipped) error {
	net, err := load(ctx, env, "dpm2015-heartbeat")
	if err != nil {
		return err
	}
	defer net.Close()
	chain, err := net.Config.Binomial()
	if err != nil {
		return err
	}
	x0 := make([]float32, 5*20)
	for i := range x0 {
		if (i%20-i/20+100)%period == 0 {
			x0[i] = 1
		}
	}
	var sum float64
	for at := 1; at < chain.Len(); at++ {
		term, err := net.BinomialTerm(ctx, chain, x0, dpmtest.Uniform(fmt.Sprintf("bound/%d", at), len(x0)), slices.Repeat([]int{at}, 5))
		if err != nil {
			return err
		}
		sum += term
	}
	near(t, "K of the heartbeat", dpm.K(sum, chain.Ends(x0)/5), want.Heartbeat.K)
	return nil
}

func pictureTerms(ctx context.Context, t *testing.T, env *exhibit.Env, want shipped) error {
	net, err := load(ctx, env, "dpm2015-fashion")
	if err != nil {
		return err
	}
	defer net.Close()
	chain, err := net.Config.Gaussian(1)
	if err != nil {
		return err
	}
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return err
	}
	var x0 []float32
	for _, k := range want.Fashion.Pictures {
		x0 = append(x0, sheet.Pictures[k]...)
	}
	net.Config.Standardise(x0)
	for i, at := range want.Fashion.Steps {
		term, err := net.GaussianTerm(ctx, chain, x0, dpmtest.Normal(fmt.Sprintf("bound/%d", at), len(x0)), at)
		if err != nil {
			return err
		}
		near(t, fmt.Sprintf("the divergence of step %d, a pixel", at), term, want.Fashion.Terms[i])
	}
	near(t, "the ends of the chain, a pixel", chain.Ends(), want.Fashion.Ends)
	return nil
}
