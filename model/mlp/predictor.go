package mlp

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
)

// Predictor answers with a trainer's parameters as they were at the last Take. It
// implements diffusion.Predictor for "pictures" of two values.
type Predictor struct {
	config  Config
	program graph.Stateful
	batch   int
	x, t    []float32
	part    []float32 // of the answer
	answer  []float32
}

// NewPredictor compiles the network for batches of n points; others are divided. Its
// parameters are those before training. Close frees it.
func NewPredictor(ctx context.Context, c Config, n int, compile Compile) (*Predictor, error) {
	g, err := c.Graph(n)
	if err != nil {
		return nil, err
	}
	program, err := stateful(ctx, g, compile)
	if err != nil {
		return nil, err
	}
	return &Predictor{config: c, program: program, batch: n,
		x: make([]float32, 2*n), t: make([]float32, n), part: make([]float32, 2*n)}, nil
}

// Close frees the program.
func (p *Predictor) Close() { p.program.Close() }

// Take copies the parameters of a trainer of the same config, or their running average.
func (p *Predictor) Take(ctx context.Context, t *Trainer) error {
	prefix, scale := "", 1.
	if t.config.Average > 0 && t.steps > 0 {
		prefix, scale = average, 1/(1-math.Pow(t.config.Average, float64(t.steps)))
	}
	for _, l := range p.config.layers() {
		for name, n := range map[string]int{l.name + ".weight": l.out * l.in, l.name + ".bias": l.out} {
			values := make([]float32, n)
			if err := t.program.ReadState(ctx, prefix+name, values); err != nil {
				return err
			}
			for i, v := range values {
				values[i] = float32(scale * float64(v))
			}
			if err := p.program.WriteState(ctx, name, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// Predict implements diffusion.Predictor. Its answer is reused by the next call.
func (p *Predictor) Predict(ctx context.Context, xs []float32, t []float64, _ diffusion.Cond) (diffusion.Output, error) {
	if len(xs)%2 != 0 || len(t) == 0 || len(xs)/2%len(t) != 0 {
		return diffusion.Output{}, fmt.Errorf("%d values for %d timesteps are not points x, y", len(xs), len(t))
	}
	if cap(p.answer) < len(xs) {
		p.answer = make([]float32, len(xs))
	}
	out := p.answer[:len(xs)]
	each := len(xs) / 2 / len(t) // points of a timestep
	for from := 0; from < len(xs)/2; from += p.batch {
		n := min(p.batch, len(xs)/2-from)
		clear(p.x[copy(p.x, xs[2*from:2*(from+n)]):])
		for k := range n {
			p.t[k] = float32(t[(from+k)/each])
		}
		if err := p.program.Run(ctx, [][]float32{p.x, p.t}, [][]float32{p.part}); err != nil {
			return diffusion.Output{}, err
		}
		copy(out[2*from:], p.part[:2*n])
	}
	return diffusion.Output{Pred: out}, nil
}
