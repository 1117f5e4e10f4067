package diffusion

import "context"

// Guided is classifier-free guidance: Ho & Salimans 2022 (arXiv:2207.12598),
// eq. 6, written with s = w + 1 as in GLIDE and Stable Diffusion:
//
//	ε̂ = ε_u + s·(ε_c − ε_u)
//
// The 2N predictions are one batch, the conditional ones first; of the other half
// every attribute is Unknown. s = 1 asks for
// the conditional ones alone, s = 0 for the unconditional ones alone. A Guided
// is used by one goroutine at a time.
type Guided struct {
	Predictor Predictor
	Scale     float64 // s

	xs    []float32 // the batch of 2N
	t     []float64
	twice twice
	pred  []float32 // N
}

// Predict implements Predictor.
func (g *Guided) Predict(ctx context.Context, xs []float32, t []float64, cond Cond) (Output, error) {
	if g.Scale == 1 || !cond.conditional() {
		return g.Predictor.Predict(ctx, xs, t, cond)
	}
	both := g.twice.of(cond)
	if g.Scale == 0 {
		return g.Predictor.Predict(ctx, xs, t, both.from(len(t)))
	}
	g.xs = append(append(g.xs[:0], xs...), xs...)
	g.t = append(append(g.t[:0], t...), t...)
	out, err := g.Predictor.Predict(ctx, g.xs, g.t, both)
	if err != nil {
		return Output{}, err
	}
	n := len(xs)
	if len(out.Pred) != 2*n {
		return out, nil // not the size of its input: the sampler says so
	}
	g.pred = append(g.pred[:0], out.Pred[:n]...)
	Combine(g.pred, out.Pred[n:], g.pred, 1-g.Scale, g.Scale)
	guided := Output{Pred: g.pred}
	if out.Variance != nil {
		guided.Variance = out.Variance[:n]
	}
	return guided, nil
}
