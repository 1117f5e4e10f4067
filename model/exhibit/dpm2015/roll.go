package dpm2015

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/dpm"
	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/model/plane"
)

// Roll is the paper's Fig. 1: a swiss roll dissolved and rolled up again in 40 steps.
var Roll = &exhibit.Exhibit{
	ID: "dpm2015-swiss-roll", Title: "The first diffusion model: a swiss roll", Year: 2015, References: []int{1},
	Sentences: [3]string{
		"Forty small steps of noise dissolve a rolled-up ribbon of points into a shapeless cloud.",
		"A tiny network of 16 units has learned to undo each step: started from a fresh cloud, its steps roll the ribbon up again.",
		"Its arrows show where it pushes at every place, and K says in bits how good a model of the ribbon that is.",
	},
	Models: []string{"dpm2015-swiss-roll"},
	Controls: []exhibit.Control{
		{ID: "n", Kind: exhibit.Range, Label: "Points", Default: "2000", Modest: "500", Min: 50, Max: 10000, Step: 50,
			Tip: "How many points go forward, how many go back, and how many K is measured with."},
		{ID: "speed", Kind: exhibit.Range, Label: "Noise", Default: "1", Min: 0.25, Max: 4, Step: 0.05, Log: true,
			Tip: "How fast the noise comes, against what the network was trained with: log(1 − β) is multiplied by this. Away from 1 the network no longer fits, and K falls."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Too little noise", Tip: "The roll is not dissolved when the steps end, and new clouds do not roll up.", Values: map[string]string{"speed": "0.5"}},
		{Name: "Too much noise", Tip: "Every step takes more than the network has learned to give back.", Values: map[string]string{"speed": "2"}},
	},
	Panels: []exhibit.Panel{
		{ID: "forward", Title: "Forward: noise is added", Tip: "The data’s points at step t."},
		{ID: "reverse", Title: "Back: the network takes it away", Tip: "Points that were noise at the last step, at step t."},
		{ID: "drift", Title: "Where the network pushes", Tip: "The paper’s network gives f_μ itself; here, as in the authors’ later code, it pushes a step forward. The drift f_μ(x, t) − x: from each place to the mean of the step back."},
		{ID: "divergences", Title: "What every step back costs", Tip: "The divergence of each step between the right step back and the network’s, in bits a point. K is what they leave of the bits that are to be had. (The authors’ code draws one step and multiplies it by T; here all are added up, as in the paper.)"},
	},
	Timeline: "t",
	Quick:    map[string]string{"n": "100"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "k"},
		{Control: "speed", Value: "2", Readout: "k"},
	},
	Tolerances: map[string]float64{"k": 2e-3, "gain": 2e-3, "step": 2e-3},
	Run:        runRoll,
}

// rollRun is one run of Roll.
type rollRun struct {
	net     *dpm.Network
	chain   dpm.Gaussian
	forward [][]float32 // at index t
	data    []float32
	curve   []float32
	terms   []float64 // bits a point, at index t ≥ 1
	k, ends float64
	seed    uint64
}

func runRoll(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	net, err := load(ctx, env, "dpm2015-swiss-roll")
	if err != nil {
		return err
	}
	defer net.Close()
	chain, err := net.Config.Gaussian(s.Float("speed"))
	if err != nil {
		return err
	}
	points, err := plane.Shape("swiss roll", s.Seed("seed"), s.Int("n"))
	if err != nil {
		return err
	}
	net.Config.Standardise(points)
	r := &rollRun{net: net, chain: chain, data: points, curve: curve(net.Config, 400), seed: s.Seed("seed")}
	r.diffuse()
	if err := r.measure(ctx); err != nil {
		return err
	}
	return r.back(ctx, emit)
}

// diffuse makes the forward clouds.
func (r *rollRun) diffuse() {
	x := slices.Clone(r.data)
	for t := range r.chain.Len() {
		r.chain.Forward(x, x, noise(r.seed, fmt.Sprintf("forward/%d", t), len(x)), t)
		r.forward = append(r.forward, slices.Clone(x))
	}
}

// measure estimates K with the data's points, each at every step.
func (r *rollRun) measure(ctx context.Context) error {
	values := float64(r.net.Config.Values())
	r.terms = make([]float64, r.chain.Len())
	var sum float64
	for t := 1; t < r.chain.Len(); t++ {
		term, err := r.net.GaussianTerm(ctx, r.chain, r.data, noise(r.seed, fmt.Sprintf("bound/%d", t), len(r.data)), t)
		if err != nil {
			return err
		}
		r.terms[t] = term * values
		sum += r.terms[t]
	}
	r.ends = r.chain.Ends() * values
	r.k = dpm.K(sum, r.ends)
	return nil
}

// back runs the reverse chain and shows each of its moments.
func (r *rollRun) back(ctx context.Context, emit func(exhibit.Frame)) error {
	last := r.chain.Len() - 1
	x := noise(r.seed, "start", len(r.data))
	for t := last; ; t-- {
		f := exhibit.Frame{
			Index: last - t, Total: last + 1, Label: fmt.Sprintf("t = %d", t),
			Figures: map[string]figure.Figure{
				"forward": r.view(r.forward[t], figure.Forward),
				"reverse": r.view(slices.Clone(x), figure.Reverse),
			},
			Readouts: r.readouts(t, x),
		}
		f.Words = fmt.Sprintf("At step %d the points on their way back are %.2f from the roll on average.", t, distance(x, r.curve))
		step := r.chain.Step(max(t, 1))
		f.Equations = append(append([]exhibit.Equation{forwardGaussian(step)}, reverseGaussian(step)...), bound(r.ends-r.k, r.ends, r.k))
		f.Figures["divergences"] = r.costs(t)
		drift, err := r.drift(ctx, max(t, 1))
		if err != nil {
			return err
		}
		f.Figures["drift"] = drift
		emit(f)
		if t == 0 {
			return nil
		}
		answer, err := r.net.AskAt(ctx, x, t)
		if err != nil {
			return err
		}
		r.chain.Reverse(x, x, answer, noise(r.seed, fmt.Sprintf("reverse/%d", t), len(x)), t, nil)
	}
}

func (r *rollRun) readouts(t int, x []float32) []exhibit.Readout {
	null := r.chain.Null() * float64(r.net.Config.Values())
	out := []exhibit.Readout{
		{ID: "k", Name: "K", Value: r.k, Unit: "bits", Tip: "The bound on the log likelihood of a point, measured with the points shown."},
		{ID: "gain", Name: "K − K_null", Value: r.k - null, Unit: "bits", Tip: "How much better than a round Gaussian cloud the model is. The paper has 6.45 bits, for a roll whose ribbon is thinner."},
		{ID: "truth", Name: "the most K can be", Value: mostBits(r.net.Config), Unit: "bits", Tip: "Minus the entropy of the roll itself: what a perfect model would have."},
		{ID: "distance", Name: "distance to the roll", Value: distance(x, r.curve), Tip: "Of the points on their way back, on average; the data’s own is about 0.03."},
	}
	if t >= 1 {
		out = append(out, exhibit.Readout{ID: "step", Name: "cost of this step", Value: r.terms[t], Unit: "bits", Tip: "The divergence of step t."})
	}
	return out
}
