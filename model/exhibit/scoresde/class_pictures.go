package scoresde

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/weights"
)

// loadPictures makes the classifier of garments ready, and the side that is told. done
// must be called in the end.
func (r *classRun) loadPictures(ctx context.Context, env *exhibit.Env, s exhibit.State, told *subject) (done func(), err error) {
	net, info, err := env.Network(ctx, told.model)
	if err != nil {
		return nil, err
	}
	score, _, err := info.Score(&diffusion.Guided{Predictor: net, Scale: s.Float("guidance")})
	if err != nil {
		return nil, err
	}
	told.score = score
	r.class = chain.Class(s)
	c, err := loadClassifier(ctx, env, classifierModel, r.subject)
	if err != nil {
		return nil, err
	}
	r.classifier = c
	return c.close, nil
}

// classifierModel is the classifier of noisy garments.
const classifierModel = "fashion-noisy-classifier"

// network is a classifier of noisy pictures of the catalogue, under the VP SDE. It
// implements classifier.
type network struct {
	set           *weights.Set
	height, width int
	compile       func(ctx context.Context, g *graph.Graph) (graph.Program, error)
	programs      map[int]graph.Program // by batch
	log           []float64             // of the last pictures asked for
}

// loadClassifier makes a classifier ready for pictures of a subject; close must be called
// in the end.
func loadClassifier(ctx context.Context, env *exhibit.Env, model string, u *subject) (*network, error) {
	set, err := env.Weights(ctx, model)
	if err != nil {
		return nil, err
	}
	return &network{set: set, height: u.info.Height, width: u.info.Width, compile: env.Compile, programs: map[int]graph.Program{}}, nil
}

func (c *network) close() {
	for _, p := range c.programs {
		p.Close()
	}
}

// Gradient implements sde.Guide. All pictures have a class, and one channel, so that their
// layout is the same for the program and outside.
func (c *network) Gradient(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	n := len(t)
	p := c.programs[n]
	if p == nil {
		g, err := noisy.BuildGuide(c.set, n, c.height, c.width)
		if err != nil {
			return err
		}
		if p, err = c.compile(context.WithoutCancel(ctx), g); err != nil {
			return fmt.Errorf("preparing the classifier for %d pictures: %w", n, err)
		}
		c.programs[n] = p
	}
	labels, times := make([]float32, n), make([]float32, n)
	for k := range n {
		labels[k], times[k] = float32(cond.Class[k]), float32(999*t[k])
	}
	log := make([]float32, n)
	if err := p.Run(ctx, [][]float32{xs, times, labels}, [][]float32{dst, log}); err != nil {
		return err
	}
	c.log = c.log[:0]
	for _, v := range log {
		c.log = append(c.log, float64(v))
	}
	return nil
}

// LogProb implements classifier.
func (c *network) LogProb(ctx context.Context, xs []float32, t float64, cond diffusion.Cond) ([]float64, error) {
	times := make([]float64, len(cond.Class))
	for k := range times {
		times[k] = t
	}
	err := c.Gradient(ctx, xs, times, cond, make([]float32, len(xs)))
	return c.log, err
}
