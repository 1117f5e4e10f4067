package scoresde

import (
	"context"
	"math"
	"slices"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/sde"
)

// Class is class-conditional generation: a score that knows no classes, and a classifier
// that knows noise: §5, eq. 14.
var Class = &exhibit.Exhibit{
	ID: "sde-class", Title: "Score SDE: steered by a classifier", Year: year, References: []int{reference},
	Sentences: [3]string{
		"A score that has never heard of classes can be steered towards one, by a classifier that has learned to name noisy data.",
		"Its gradient says how to move so that the class becomes more certain; added to the score, it makes the score of that class alone.",
		"With the exact score and the exact classifier a strength of 1 is just right, by Bayes’ rule; more of it crowds where the class is most certain.",
	},
	Presets: []exhibit.Preset{
		{Name: "Just right", Tip: "Strength 1: both sides have the same distribution.", Values: map[string]string{}},
		{Name: "Too strong", Tip: "Strength 5: pushed away from the other classes, and crowded.", Values: map[string]string{"strength": "5"}},
		{Name: "Hardly steered", Tip: "Strength 0.2, two modes far apart: many points go to the other.", Values: map[string]string{"strength": "0.2", "data": "two"}},
		{Name: "One of eight", Tip: "A narrow mode of the ring under VP.", Values: map[string]string{"data": "ring", "sde": "vp", "mode": "3", "steps": "60"}},
		{Name: "Sneakers by gradient", Tip: "A network that is told nothing makes sneakers, led by a classifier; beside it the same noise by a network that is told.", Values: map[string]string{"what": "fashion", "strength": "3", "snr": "0", "steps": "150"}},
		{Name: "Trousers, too strong", Tip: "Strength 10: whatever makes the classifier sure.", Values: map[string]string{"what": "fashion", "strength": "10", "snr": "0", "steps": "150", "class": "trouser"}},
	},
	Controls: slices.Concat(classSubjects(), []exhibit.Control{
		when(exhibit.Control{ID: "mode", Kind: exhibit.Number, Label: "Class", Default: "2", Min: 1, Max: 25, Tip: "Which mode is asked for, by its number; the last one where there are not so many."}, onlyPoints),
		{ID: "strength", Kind: exhibit.Range, Label: "Strength", Default: "1", Min: 0, Max: 10, Step: .1,
			Tip: "What the classifier’s gradient is multiplied by. The paper has 1; later work found more to look better with learned classifiers."},
		{ID: "steps", Kind: exhibit.Number, Label: "Noise levels", Default: "40", Min: 4, Max: 1000, Tip: "How many are visited. VP and sub-VP need at least 21; fewer become 21."},
		{ID: "snr", Kind: exhibit.Range, Label: "Corrector’s ratio r", Default: "0.2", Min: 0, Max: .5, Step: .01, Tip: "The signal-to-noise ratio of the Langevin corrector, which takes a step at each noise level; 0 is none."},
		when(exhibit.Control{ID: "guidance", Kind: exhibit.Range, Label: "Guidance of the other side, s", Default: "2", Min: 0, Max: 8, Step: .25,
			Tip: "How far the network that was told the class goes beyond its own answer, away from the one without: classifier-free guidance. 1 is none."}, garments),
		when(chain.CountControl("4", "1", 12), garments),
		when(exhibit.Control{ID: "n", Kind: exhibit.Number, Label: "Number of points", Default: "1000", Modest: "500", Min: 50, Max: 5000, Tip: "How many travel on each side."}, onlyPoints),
		exhibit.SeedControl(),
	}),
	Models: []string{"fashion", "subvp-fashion", classifierModel},
	Panels: []exhibit.Panel{
		{ID: "steered", Title: "Steered by the classifier", Tip: "Points over the density of all classes at this noise level, or pictures, as the score without classes and the classifier make them together."},
		{ID: "told", Title: "Told the class", Tip: "From the same noise. Points have the exact score of the class alone; pictures are made by a network that has learned classes, guided without a classifier."},
		{ID: "gradient", Title: "Where the classifier points", Tip: "The gradient of log p(y|x). Of points, arrows over the density, their lengths compressed; of pictures, one colour is brighter, one darker, up to the largest value that there is."},
		{ID: "certainty", Title: "How certain the class is", Tip: "The mean of p(y|x), the classifier’s certainty at this noise level, over all that travel."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runClass),
	Quick:    map[string]string{"steps": "8", "n": "200"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "steered-width"},
		{Control: "strength", Value: "5", Readout: "steered"},
		{Control: "mode", Value: "1", Readout: "told-width"},
	},
	Tolerances: map[string]float64{"steered-width": .5, "told-width": .5, "steered": .5, "told": .5, "steered-distance": 1e-3, "told-distance": 1e-3},
}

// classSubjects are points, whose classes overlap, and the garments, which the classifier knows.
func classSubjects() []exhibit.Control {
	controls := subjectControls(points)
	for i, c := range controls {
		switch c.ID {
		case "what":
			controls[i].Options = []exhibit.Option{c.Options[0], modelOptions["fashion"], modelOptions["subvp-fashion"]}
		case "data":
			controls[i].Default = "close"
		}
	}
	garment := when(chain.ClassControl("sneaker"), garments)
	garment.Options = garment.Options[1:] // one must be asked for
	garment.Tip = "What the classifier steers to, and what the other side is told."
	return append(controls, garment)
}

// classRun is one run: the steered side and the one that is told.
type classRun struct {
	subject    *subject
	classifier classifier
	n, class   int
	strength   float64
	judge      judge // of the class alone; points
	legs       [2]*leg
	lines      [2]chain.Line
}

func runClass(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := load(ctx, env, s)
	if err != nil {
		return err
	}
	r := &classRun{subject: u, n: u.count(s), strength: s.Float("strength")}
	steered, told := *u, *u
	if u.exact != nil {
		modes := len(u.exact.Data.Components())
		r.class = min(s.Int("mode"), modes) - 1
		exact, err := newExactClassifier(u.exact)
		if err != nil {
			return err
		}
		part, err := u.exact.Data.Part(r.class)
		if err != nil {
			return err
		}
		r.classifier = exact
		alone := *u
		alone.exact = sde.NewExact(part, u.sde)
		r.judge = judge{&alone, s.Seed("seed")}
		told.score = alone.exact
	} else {
		done, err := r.loadPictures(ctx, env, s, &told)
		if err != nil {
			return err
		}
		defer done()
	}
	steered.score = &sde.Guided{Free: u.score, Guide: r.classifier, Scale: r.strength}
	steered.class, told.class = r.class, r.class
	sampler := sde.Sampler{SDE: u.sde, Predictor: sde.ReverseDiffusion, Corrector: sde.Langevin, CorrectorSteps: 1, SNR: s.Float("snr"), N: max(s.Int("steps"), sde.MinSteps(u.sde))}
	if sampler.SNR == 0 {
		sampler.Corrector = sde.NoCorrector
	}
	for k, side := range []*subject{&steered, &told} {
		own := sampler
		if r.legs[k], err = side.newLeg(ctx, &own, r.n, s.Seed("seed")); err != nil {
			return err
		}
		defer r.legs[k].stop()
	}
	return walk(r.legs[:], func(f *exhibit.Frame) error { return r.show(ctx, f) }, emit)
}

// cond is the class of all that travel.
func (r *classRun) cond() diffusion.Cond { return diffusion.Cond{Class: chain.Same(r.class, r.n)} }

// logOf is the natural logarithm.
func logOf(x float64) float64 { return math.Log(x) }

// className is what is asked for.
func (r *classRun) className() string {
	if r.subject.exact != nil {
		return "class " + strconv.Itoa(r.class+1)
	}
	return chain.GarmentName(r.class)
}
