package scoreblog

import (
	"context"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

const (
	snapshots  = 12 // frames of the training
	walkFrames = 40
	mapSide    = 48 // cells of a map of errors across
)

// pitfalls is one run of Pitfalls.
type pitfalls struct {
	state   exhibit.State
	data    *plane.Mixture
	sigmas  []float64 // from the smallest
	learner *learner
	truth   []float32

	clean              *figure.Density    // of the data, as cells can show it
	scales             map[int]*scaleView // by number
	everywhere, inData chain.Line         // errors over training steps
	loss               float64
	walk, beside       walker
	total, made        int
	emit               func(exhibit.Frame)
}

// walker is particles and the noise scale whose score they follow.
type walker struct {
	x     []float32
	scale int // of the last step
	step  float64
	g     *rng.Generator
}

// uneven is NCSN's example of two modes (Song & Ermon 2019, fig. 2: N((−5,−5), I) with 1/5
// and N((5,5), I) with 4/5), 0.12 times as large.
func uneven() (*plane.Mixture, error) {
	return plane.NewMixture(plane.Gaussian{Weight: .2, X: -.6, Y: -.6, Std: .12}, plane.Gaussian{Weight: .8, X: .6, Y: .6, Std: .12})
}

func pitfallsData(id string) (*plane.Mixture, error) {
	if id == "uneven" {
		return uneven()
	}
	entry, err := plane.Find(id)
	if err != nil {
		return nil, err
	}
	return entry.Mixture(), nil
}

func runPitfalls(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	data, err := pitfallsData(s.Text("data"))
	if err != nil {
		return err
	}
	r := &pitfalls{state: s, data: data, emit: emit, scales: map[int]*scaleView{}}
	r.clean = density(data.At(nearlyClean).Blur(.02), figure.C)
	levels := 1
	if s.Text("noise") == "many" {
		levels = s.Int("levels")
	}
	r.sigmas = geometric(s.Float("sigma"), levels)
	r.truth = data.Sample(r.random("truth"), compared)
	if r.learner, err = newLearner(ctx, env, r.sigmas, s.Int("width"), s.Seed("seed"), data); err != nil {
		return err
	}
	defer r.learner.close()
	learning := chain.Moments(s.Int("training"), snapshots)
	walking := chain.Moments(s.Int("walking"), walkFrames)
	r.total = len(learning) + len(walking)
	start := scattered(r.random("start"), s.Int("particles"))
	r.walk = walker{x: start, scale: levels - 1, g: r.random("walk")}
	r.beside = walker{x: slices.Clone(start), g: r.random("walk")}
	if err := r.train(ctx, learning); err != nil {
		return err
	}
	return r.wander(ctx, walking)
}

func (r *pitfalls) random(purpose string) *rng.Generator {
	return rng.ForName(r.state.Seed("seed"), "score-pitfalls."+purpose)
}

// train lets the network learn, and shows it now and then.
func (r *pitfalls) train(ctx context.Context, shown []int) error {
	for k := 0; ; k++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if slices.Contains(shown, k) {
			if err := r.look(ctx, k, -1); err != nil {
				return err
			}
		}
		if k == r.state.Int("training") {
			return nil
		}
		loss, err := r.learner.trainer.Step(ctx)
		if err != nil {
			return err
		}
		// The mean of about the last 50 steps.
		share := max(1/float64(k+1), 1./50)
		r.loss += share * (loss - r.loss)
	}
}

// wander lets the particles walk.
func (r *pitfalls) wander(ctx context.Context, shown []int) error {
	steps := r.state.Int("walking")
	exact := exactScore(r.data.Spread(r.sigmas[0]))
	for i := 0; ; i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if slices.Contains(shown, i) {
			if err := r.look(ctx, r.state.Int("training"), i); err != nil {
				return err
			}
		}
		if i == steps {
			return nil
		}
		scale := len(r.sigmas) - 1 - i*len(r.sigmas)/steps
		if err := r.follow(ctx, &r.walk, scale); err != nil {
			return err
		}
		if len(r.sigmas) > 1 {
			if err := r.follow(ctx, &r.beside, 0); err != nil {
				return err
			}
			continue
		}
		r.beside.step = r.state.Float("step")
		langevin(r.beside.x, scores(exact, r.beside.x), r.beside.step, 1, r.beside.g)
	}
}

// follow takes a step along the learned score of a scale, whose size is ε·σ²/σ_min²
// (Song & Ermon 2019, algorithm 1, line 3).
func (r *pitfalls) follow(ctx context.Context, w *walker, scale int) error {
	ratio := r.sigmas[scale] / r.sigmas[0]
	w.scale, w.step = scale, r.state.Float("step")*ratio*ratio
	s, err := r.learner.score(ctx, scale, w.x)
	if err != nil {
		return err
	}
	langevin(w.x, s, w.step, 1, w.g)
	return nil
}
