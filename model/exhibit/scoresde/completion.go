package scoresde

import (
	"context"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/sde"
)

// completionControls choose the sampler of pictures of which something is known. settle says
// what the corrector brings to terms, and r, steps and modest are standard values.
func completionControls(settle, r, ofR, steps, modest, ofSteps string) []exhibit.Control {
	return []exhibit.Control{
		{ID: "predictor", Kind: exhibit.Choice, Label: "Predictor", Default: string(sde.ReverseDiffusion), Tip: "How a step goes from one noise level to the next.",
			Options: []exhibit.Option{
				{ID: string(sde.ReverseDiffusion), Label: "Reverse diffusion", Tip: "The forward process as it is discretised, turned round. The paper’s proposal."},
				{ID: string(sde.EulerMaruyama), Label: "Euler–Maruyama", Tip: "The plainest solver of an SDE."},
				{ID: string(sde.Ancestral), Label: "Ancestral", Tip: "DDPM’s sampling under VP, and its like under VE."}}},
		{ID: "corrector", Kind: exhibit.Toggle, Label: "Langevin corrector", Default: "on", Tip: "A step of Langevin dynamics before each of the predictor’s, for as much work again. It lets " + settle + " come to terms."},
		{ID: "snr", Kind: exhibit.Range, Label: "Signal-to-noise ratio r", Default: r, Min: .01, Max: .5, Step: .01,
			When: exhibit.Condition{Control: "corrector", Values: []string{"on"}}, Tip: "How large the corrector’s steps are" + ofR + "."},
		{ID: "steps", Kind: exhibit.Number, Label: "Noise levels", Default: steps, Modest: modest, Min: 4, Max: 1000, Tip: "How many are visited: 1000 in the paper." + ofSteps},
	}
}

// completion is a run of n pictures of which something is known.
type completion struct {
	subject *subject
	n       int
}

// run draws the pictures by the sampler that was chosen, held to what is known, and emits what
// show makes of its moments.
func (c completion) run(ctx context.Context, s exhibit.State, known sde.Constraint, show func(f *exhibit.Frame, l *leg) error, emit func(exhibit.Frame)) error {
	sampler := &sde.Sampler{SDE: c.subject.sde, Predictor: sde.Predictor(s.Text("predictor")), Corrector: sde.NoCorrector, N: s.Int("steps"), Constraint: known}
	if s.On("corrector") {
		sampler.Corrector, sampler.CorrectorSteps, sampler.SNR = sde.Langevin, 1, s.Float("snr")
	}
	if sampler.Predictor != sde.EulerMaruyama || sampler.Corrector != sde.NoCorrector {
		sampler.N = max(sampler.N, sde.MinSteps(sampler.SDE))
	}
	l, err := c.subject.newLeg(ctx, sampler, c.n, s.Seed("seed"))
	if err != nil {
		return err
	}
	defer l.stop()
	return walk([]*leg{l}, func(f *exhibit.Frame) error { return show(f, l) }, emit)
}

// variances are those of each value between the pictures.
func (c completion) variances(xs []float32) []float64 {
	elems := c.subject.elems
	out := make([]float64, elems)
	for i := range out {
		var sum, squares float64
		for k := range c.n {
			v := float64(xs[k*elems+i])
			sum += v
			squares += v * v
		}
		out[i] = max(0, squares/float64(c.n)-sum*sum/float64(c.n*c.n))
	}
	return out
}

// heat shows a number for each pixel, from 0 to 1.
func (c completion) heat(values []float32) *figure.Pictures {
	p := c.subject.grid(values, 1, nil)
	p.C, p.Map, p.Low, p.High = 1, figure.Heat, 0, 1
	return p
}
