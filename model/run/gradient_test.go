package run_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/run"
	"unnoise/model/unet"
	"unnoise/model/unet/drawn"
)

// small is a network of two levels; outChannels 2 makes it learn the variance.
func small(t *testing.T, outChannels int) *run.Network {
	t.Helper()
	config, err := json.Marshal(map[string]any{
		"sample_size": 8, "in_channels": 1, "out_channels": outChannels,
		"down_block_types":   []string{"DownBlock2D", "AttnDownBlock2D"},
		"up_block_types":     []string{"AttnUpBlock2D", "UpBlock2D"},
		"block_out_channels": []int{8, 12}, "layers_per_block": 1, "norm_num_groups": 4,
		"attention_head_dim": 4, "num_class_embeds": 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	set, err := drawn.Weights(config, nil)
	if err != nil {
		t.Fatal(err)
	}
	info := run.Info{Channels: 1, Height: 8, Width: 8, NumClasses: 3, LearnedVariance: outChannels == 2}
	forward := func(batch int) (*graph.Graph, error) { return unet.Build(set, batch, info.Height, info.Width) }
	n := run.NewNetwork(info, func(batch int) (graph.Program, error) {
		g, err := forward(batch)
		if err != nil {
			return nil, err
		}
		return cpu.Compile(g)
	})
	n.CompileVJP = func(batch int) (graph.Program, error) {
		g, err := forward(batch)
		if err != nil {
			return nil, err
		}
		if g, err = run.WithGradient(g); err != nil {
			return nil, err
		}
		return cpu.Compile(g)
	}
	t.Cleanup(n.Close)
	return n
}

func normal(seed uint64, n int) []float32 {
	out := make([]float32, n)
	rng.New(seed).Normal(out)
	return out
}

// TestVJP compares the gradient with central differences along the gradient itself and
// along a random direction.
func TestVJP(t *testing.T) {
	const pictures, elems = 3, 64
	xs, v := normal(1, pictures*elems), normal(2, pictures*elems)
	ts := []float64{10, 500, 900}
	for name, c := range map[string]struct {
		predictor func() diffusion.Differentiable
		class     []int
	}{
		"network":          {func() diffusion.Differentiable { return small(t, 1) }, []int{0, diffusion.NoClass, 2}},
		"learned variance": {func() diffusion.Differentiable { return small(t, 2) }, []int{0, diffusion.NoClass, 2}},
		"in pieces": {func() diffusion.Differentiable {
			n := small(t, 1)
			n.MaxBatch = 2
			return n
		}, []int{0, 1, 2}},
		"guided": {func() diffusion.Differentiable {
			return &diffusion.Guided{Predictor: small(t, 1), Scale: 3}
		}, []int{0, 1, 2}},
		"guided, unconditional": {func() diffusion.Differentiable {
			return &diffusion.Guided{Predictor: small(t, 1), Scale: 0}
		}, []int{0, 1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			p, cond := c.predictor(), diffusion.Cond{Class: c.class}
			out, grad, err := p.VJP(context.Background(), xs, ts, cond, v)
			if err != nil {
				t.Fatal(err)
			}
			pred, grad := slices.Clone(out.Pred), slices.Clone(grad)
			again, err := p.Predict(context.Background(), xs, ts, cond)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(pred, again.Pred) {
				t.Error("VJP and Predict give different predictions")
			}
			for what, direction := range map[string][]float32{"the gradient": grad, "a random direction": normal(3, len(xs))} {
				want := slope(t, p, xs, ts, cond, v, direction)
				got := dot(grad, direction)
				if scale := math.Sqrt(dot(grad, grad) * dot(direction, direction)); math.Abs(got-want) > 1e-4*scale {
					t.Errorf("along %s: %.6g, by differences %.6g, of at most %.6g", what, got, want, scale)
				}
			}
		})
	}
}

// slope is the derivative of vᵀ·Pred along a direction, by central differences a
// hundredth of a deviation to either side, whose error in h² is taken off (Richardson):
// in float32 smaller steps drown in rounding.
func slope(t *testing.T, p diffusion.Predictor, xs []float32, ts []float64, cond diffusion.Cond, v, direction []float32) float64 {
	t.Helper()
	h := 1e-2 * math.Sqrt(float64(len(xs))/dot(direction, direction))
	at := func(h float64) float64 {
		moved := make([]float32, len(xs))
		diffusion.Combine(moved, xs, direction, 1, h)
		out, err := p.Predict(context.Background(), moved, ts, cond)
		if err != nil {
			t.Fatal(err)
		}
		return dot(v, out.Pred)
	}
	central := func(h float64) float64 { return (at(h) - at(-h)) / (2 * h) }
	return (4*central(h/2) - central(h)) / 3
}

func dot(a, b []float32) float64 {
	var sum float64
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

func TestVJPErrors(t *testing.T) {
	ctx, xs := context.Background(), normal(1, 64)
	cond := diffusion.Cond{Class: []int{0}}
	n := small(t, 1)
	if _, _, err := n.VJP(ctx, xs, []float64{1}, cond, xs[:63]); err == nil {
		t.Error("a short cotangent was accepted")
	}
	n.CompileVJP = nil
	for _, p := range []diffusion.Differentiable{n, &diffusion.Guided{Predictor: n, Scale: 2}} {
		if _, _, err := p.VJP(ctx, xs, []float64{1}, cond, xs); !errors.Is(err, diffusion.ErrNoGradient) {
			t.Errorf("%T without a gradient: %v", p, err)
		}
	}
}
