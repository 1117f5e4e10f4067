package chain

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// Batch is how many entries of a chain the network is asked about at once: enough
// for a device to be busy, few enough for the visitor to see progress.
const Batch = 4

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
	elems, n := m.Elems(), min(Batch, len(ts))
	xs := make([]float32, n*elems)
	times := make([]float64, n)
	cond := diffusion.Cond{Class: Same(class, n)}
	for first := 0; first < len(ts); first += n {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := ts[first:min(first+n, len(ts))]
		for j := range n {
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

// Guess writes x̂_0, as the bound reads an answer, into dst.
func Guess(b diffusion.Bound, dst []float32, a Answer) {
	ofXt, ofPred := b.Parametrisation.X0(diffusion.Level{Time: float64(a.T), AlphaBar: b.Schedule.AlphaBar[a.T]})
	u := diffusion.Update{X0OfXt: ofXt, X0OfPred: ofPred, Clip: b.Parametrisation.Clip}
	u.X0Hat(dst, a.Xt, a.Output.Pred)
}
