package langevin

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/plane"
)

// Score is ∇ log p_σ(x) at the noise levels of a chain, known exactly or learned.
type Score interface {
	// Score writes that of N pictures, all at one level, into dst. xs, dst: [N, elems],
	// which may not be the same slice. The error is ctx's where it was cancelled.
	Score(ctx context.Context, xs []float32, level int, dst []float32) error
}

// Network is the score that a network has learned.
type Network struct {
	// Predictor is told the number of the level in place of a timestep.
	Predictor diffusion.Predictor
	Elems     int // values of a picture
	// Sigmas are the levels that a chain visits. The network's answer is divided by the
	// level's σ: NCSNv2, technique 3. nil leaves it as it is, as NCSN does.
	Sigmas []float64
	// Numbers are the levels' numbers as the network was trained on them; nil where a chain
	// visits all.
	Numbers []int

	times   []float64
	classes []int
}

// Score implements Score.
func (n *Network) Score(ctx context.Context, xs []float32, level int, dst []float32) error {
	if len(xs)%n.Elems != 0 || len(xs) != len(dst) {
		return fmt.Errorf("%d values and room for %d are not pictures of %d", len(xs), len(dst), n.Elems)
	}
	number := level
	if n.Numbers != nil {
		number = n.Numbers[level]
	}
	n.times, n.classes = n.times[:0], n.classes[:0]
	for range len(xs) / n.Elems {
		n.times, n.classes = append(n.times, float64(number)), append(n.classes, diffusion.NoClass)
	}
	out, err := n.Predictor.Predict(ctx, xs, n.times, diffusion.Cond{Class: n.classes})
	if err != nil {
		return err
	}
	scale := float32(1)
	if n.Sigmas != nil {
		scale = float32(1 / n.Sigmas[level])
	}
	for i, v := range out.Pred {
		dst[i] = scale * v
	}
	return nil
}

// Exact is the score of data in the plane, known exactly. Level i is the data with noise
// of deviation Noise[i]; 0 leaves them as they are.
type Exact struct {
	Data  plane.Distribution
	Noise []float64

	known []plane.Noised
}

// At is the noised distribution of a level.
func (e *Exact) At(level int) plane.Noised {
	for i := len(e.known); i <= level; i++ {
		e.known = append(e.known, e.Data.Spread(e.Noise[i]))
	}
	return e.known[level]
}

// Score implements Score.
func (e *Exact) Score(ctx context.Context, xs []float32, level int, dst []float32) error {
	if len(xs)%2 != 0 || len(xs) != len(dst) || level >= len(e.Noise) {
		return fmt.Errorf("%d values and room for %d at level %d of %d are not points of the plane", len(xs), len(dst), level, len(e.Noise))
	}
	noised := e.At(level)
	for i := 0; i < len(xs); i += 2 {
		m := noised.Moments(float64(xs[i]), float64(xs[i+1]))
		dst[i], dst[i+1] = float32(m.ScoreX), float32(m.ScoreY)
	}
	return ctx.Err()
}
