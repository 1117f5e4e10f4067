package plane

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
)

// Predictor is the network that makes no error on a distribution: what a trained
// one would answer at best, E[·|x_t]. It knows no classes. It implements
// diffusion.Predictor for "pictures" of two values.
type Predictor struct {
	Data     Distribution
	Schedule *diffusion.Schedule // as trained: timesteps 0 … T−1
	Target   diffusion.Prediction

	time   float64 // of level
	level  Noised
	bar    float64
	answer []float32
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
	points := len(xs) / 2 / len(t) // of each timestep
	for i := 0; i < len(xs); i += 2 {
		if i%(2*pause) == 0 && ctx.Err() != nil {
			return diffusion.Output{}, ctx.Err()
		}
		p.use(t[i/2/points])
		x, y := float64(xs[i]), float64(xs[i+1])
		m := p.level.Moments(x, y)
		out[i], out[i+1] = float32(p.read(x, m.X0X, m.ScoreX)), float32(p.read(y, m.X0Y, m.ScoreY))
	}
	return diffusion.Output{Pred: out}, ctx.Err()
}

// pause is after how many points the context is looked at.
const pause = 256

// use makes time's noise level the current one.
func (p *Predictor) use(time float64) {
	if p.level.kernels == nil || time != p.time {
		p.time = time
		p.bar = p.Schedule.At(time).AlphaBar
		p.level = p.Data.At(p.bar)
	}
}

// read turns E[x_0|x_t] and the score of one coordinate into what is asked for.
func (p *Predictor) read(x, x0, score float64) float64 {
	eps := -math.Sqrt(1-p.bar) * score
	switch p.Target {
	case diffusion.PredictX0:
		return x0
	case diffusion.PredictV:
		return math.Sqrt(p.bar)*eps - math.Sqrt(1-p.bar)*x0
	case diffusion.PredictPrevious:
		ofX0, ofXt := p.Schedule.PosteriorMean(int(math.Round(p.time)))
		return ofX0*x0 + ofXt*x
	case diffusion.PredictPreviousStep:
		t := int(math.Round(p.time))
		ofX0, ofXt := p.Schedule.PosteriorMean(t)
		return (ofX0*x0 + ofXt*x - x) / p.Schedule.PosteriorStdDev(t)
	}
	return eps
}
