package scoresde

import (
	"context"
	"fmt"

	"unnoise/model/architecture"
	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/run"
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
	c, err := loadClassifier(ctx, env, r.subject)
	if err != nil {
		return nil, err
	}
	r.classifier = c
	return c.Close, nil
}

// classifierModel is the classifier of noisy garments.
const classifierModel = "fashion-noisy-classifier"

// network is a classifier of noisy pictures. It implements classifier.
type network struct{ *run.Classifier }

// loadClassifier makes the classifier ready for pictures of a subject; Close must be called
// in the end.
func loadClassifier(ctx context.Context, env *exhibit.Env, u *subject) (network, error) {
	set, err := env.Weights(ctx, classifierModel)
	if err != nil {
		return network{}, err
	}
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		return network{}, fmt.Errorf("model %q: %w", classifierModel, err)
	}
	c, err := run.NewClassifier(info, u.sde, func(batch int) (graph.Program, error) {
		g, err := noisy.BuildGuide(set, batch, info.Height, info.Width)
		if err != nil {
			return nil, err
		}
		return env.Compile(context.WithoutCancel(ctx), g)
	})
	if err != nil {
		return network{}, fmt.Errorf("model %q: %w", classifierModel, err)
	}
	return network{c}, nil
}

// LogProb implements classifier.
func (c network) LogProb(ctx context.Context, xs []float32, t float64, cond diffusion.Cond) ([]float64, error) {
	times := make([]float64, len(cond.Class))
	for k := range times {
		times[k] = t
	}
	logs, err := c.Run(ctx, xs, times, cond, make([]float32, len(xs)))
	out := make([]float64, len(logs))
	for k, v := range logs {
		out[k] = float64(v)
	}
	return out, err
}
