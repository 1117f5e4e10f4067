package chain

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// batch is how many entries of a chain the network is asked about at once: enough
// for a device to be busy, few enough for the visitor to see progress.
const batch = 4

// Answer is the network's answer for one entry of the trained chain.
type Answer struct {
	T      int
	Xt     []float32 // ~ q(x_t|x_0)
	Output diffusion.Output
}

// Answers noises one picture to each of the given timesteps, asks the network and
// yields its answers in order, a few at a time. The picture is of a class, or of
// diffusion.NoClass. The noise of a timestep is TermNoise, whichever others are asked
// for.
func (m *Model) Answers(ctx context.Context, x0 []float32, class int, ts []int, seed uint64, yield func([]Answer)) error {
	elems := m.Elems()
	xs := make([]float32, batch*elems)
	times := make([]float64, batch)
	cond := diffusion.Cond{Class: Same(class, batch)}
	for first := 0; first < len(ts); first += batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := ts[first:min(first+batch, len(ts))]
		for j := range batch {
			t := part[min(j, len(part)-1)] // the last is repeated: one program for all
			times[j] = float64(t)
			xt := xs[j*elems : (j+1)*elems]
			TermNoise(xt, seed, t)
			diffusion.QSample(xt, x0, xt, m.Trained.AlphaBar[t])
		}
		out, err := m.Net.Predict(ctx, xs, times, cond)
		if err != nil {
			return fmt.Errorf("t = %d: %w", part[0], err)
		}
		answers := make([]Answer, len(part))
		for j, t := range part {
			piece := func(values []float32) []float32 {
				if values == nil {
					return nil
				}
				return values[j*elems : (j+1)*elems]
			}
			answers[j] = Answer{T: t, Xt: append([]float32(nil), piece(xs)...),
				Output: diffusion.Output{Pred: piece(out.Pred), Variance: piece(out.Variance)}}
		}
		yield(answers)
	}
	return nil
}

// TermNoise writes the ε with which a picture is noised to t for its bound into dst:
// torch.randn of the generator that belongs to the name "bound/t" (rng.ForName).
func TermNoise(dst []float32, seed uint64, t int) {
	rng.ForName(seed, fmt.Sprintf("bound/%d", t)).Normal(dst)
}
