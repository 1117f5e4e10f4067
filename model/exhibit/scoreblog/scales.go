package scoreblog

import (
	"context"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/mlp"
	"unnoise/model/plane"
)

// sigmaMax is the largest of many noise scales: about the distance of the farthest data,
// as NCSNv2 recommends (Song & Ermon 2020, technique 1).
const sigmaMax = 1.5

// geometric are n noise scales from the smallest on, each the same factor above the one
// before; with one scale the smallest alone.
func geometric(smallest float64, n int) []float64 {
	out := make([]float64, n)
	for k := range out {
		out[k] = smallest
		if n > 1 {
			out[k] *= math.Pow(max(sigmaMax, 1.01*smallest)/smallest, float64(k)/float64(n-1))
		}
	}
	return out
}

// vpOf is the schedule by which package mlp trains on x_0 + σ·ε: that package sees
// x/√(1 + σ²), which is √ᾱ·x_0 + √(1−ᾱ)·ε with ᾱ = 1/(1 + σ²). Timestep k is scale k.
func vpOf(sigmas []float64) (*diffusion.Schedule, error) {
	betas := make([]float64, len(sigmas))
	before := 1.0
	for k, sigma := range sigmas {
		bar := 1 / (1 + sigma*sigma)
		betas[k] = 1 - bar/before
		before = bar
	}
	return diffusion.FromBetas(betas)
}

// learner is a network that learns the scores of noise scales.
type learner struct {
	sigmas  []float64
	trainer *mlp.Trainer
	net     *mlp.Predictor
}

const askedAtOnce = 512 // points

func newLearner(ctx context.Context, env *exhibit.Env, sigmas []float64, width int, seed uint64, data mlp.Data) (*learner, error) {
	schedule, err := vpOf(sigmas)
	if err != nil {
		return nil, err
	}
	config := mlp.Config{Width: width, Depth: 2, Predict: diffusion.PredictEps, Schedule: schedule, Batch: 256, Rate: .003, Average: .98, Seed: seed}
	l := &learner{sigmas: sigmas}
	if l.trainer, err = mlp.NewTrainer(ctx, config, data, env.Compile); err != nil {
		return nil, err
	}
	if l.net, err = mlp.NewPredictor(ctx, config, askedAtOnce, env.Compile); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *learner) close() {
	l.trainer.Close()
	if l.net != nil {
		l.net.Close()
	}
}

// score is the learned score of scale k at points x of x_0 + σ·ε: −ε̂/σ.
func (l *learner) score(ctx context.Context, k int, x []float32) ([]float32, error) {
	sigma := l.sigmas[k]
	narrow := make([]float32, len(x))
	for i, v := range x {
		narrow[i] = float32(float64(v) / math.Sqrt(1+sigma*sigma))
	}
	times := make([]float64, len(x)/2)
	for i := range times {
		times[i] = float64(k)
	}
	out, err := l.net.Predict(ctx, narrow, times, diffusion.Cond{})
	if err != nil {
		return nil, err
	}
	for i, eps := range out.Pred {
		narrow[i] = float32(-float64(eps) / sigma)
	}
	return narrow, nil
}

// errorMap is a learned score compared with the exact one over the view.
type errorMap struct {
	side     int
	length   []float32 // σ·‖ŝ − s‖ at the middles of side × side cells, row by row from the top
	weighted []float32 // its square times the density
	// Root mean squares, by coordinate.
	everywhere, asDataCome float64
}

func (l *learner) compare(ctx context.Context, k, side int, n plane.Noised) (errorMap, error) {
	m := errorMap{side: side, length: make([]float32, side*side), weighted: make([]float32, side*side)}
	at := make([]float32, 0, 2*side*side)
	for r := range side {
		for c := range side {
			at = append(at, float32(-half+(float64(c)+.5)*2*half/float64(side)), float32(half-(float64(r)+.5)*2*half/float64(side)))
		}
	}
	learned, err := l.score(ctx, k, at)
	if err != nil {
		return m, err
	}
	var mass, inData float64
	for i := range m.length {
		exact := n.Moments(float64(at[2*i]), float64(at[2*i+1]))
		length := l.sigmas[k] * math.Hypot(float64(learned[2*i])-exact.ScoreX, float64(learned[2*i+1])-exact.ScoreY)
		density := math.Exp(exact.LogDensity)
		m.length[i], m.weighted[i] = float32(length), float32(density*length*length)
		m.everywhere += length * length
		inData += density * length * length
		mass += density
	}
	m.everywhere = math.Sqrt(m.everywhere / float64(2*len(m.length)))
	m.asDataCome = math.Sqrt(inData / mass / 2)
	return m, nil
}
