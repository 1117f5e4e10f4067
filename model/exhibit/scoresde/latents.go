package scoresde

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/rng"
	"unnoise/model/sde"
)

// Latents sends data to noise along the ODE and back, mixes them there and makes them
// cooler: §4.3 and appendix D.4.
var Latents = &exhibit.Exhibit{
	ID: "sde-latents", Title: "Score SDE: pictures as noise, and back", Year: year, References: []int{reference},
	Sentences: [3]string{
		"The ODE can be followed either way, so that every picture belongs to exactly one piece of noise: there and back again, it is the same picture.",
		"That noise can be edited: an arc from that of one picture to that of another passes through pictures in between.",
		"Noise made smaller, at a lower temperature, leads to plainer and more probable pictures; made larger, to wild ones.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "Points", Tip: "What lies together in the data stays together in the noise.", Values: map[string]string{}},
		{Name: "Eight in a ring, VP", Tip: "Each mode takes a slice of the noise.", Values: map[string]string{"data": "ring", "sde": "vp"}},
		{Name: "Badly solved", Tip: "A tolerance of 10⁻¹: the way back misses where it came from.", Values: map[string]string{"tolerance": "1"}},
		{Name: "Cool", Tip: "A temperature of 0.4: the modes shrink.", Values: map[string]string{"temperature": "0.4"}},
		{Name: "From face to face", Tip: "Two drawn faces under the VE SDE.", Values: map[string]string{"what": "ve-faces", "tolerance": "3"}},
		{Name: "From sneaker to boot", Tip: "Two real pictures, and what lies between them.", Values: map[string]string{"what": "fashion", "tolerance": "3"}},
	},
	Controls: slices.Concat(subjectControls(points),
		pictureControls("", "From", "sneaker", 0, "0"),
		pictureControls("other-", "To", "ankle-boot", 1, "3"),
		[]exhibit.Control{
			tolerances("tolerance", "Tolerance", "4", "Of the ODE’s solver, on both ways."),
			{ID: "between", Kind: exhibit.Number, Label: "Steps of the arc", Default: "7", Modest: "4", Min: 2, Max: 12, Tip: "How many mixtures there are between the two, besides themselves."},
			{ID: "temperature", Kind: exhibit.Range, Label: "Temperature", Default: "0.8", Min: .1, Max: 1.5, Step: .05,
				Tip: "The noise of the first picture, or of all points, is multiplied by the root of it before the way back. 1 leaves it as it is."},
			when(exhibit.Control{ID: "n", Kind: exhibit.Number, Label: "Number of points", Default: "600", Modest: "300", Min: 20, Max: 3000, Tip: "How many travel."}, onlyPoints),
			when(exhibit.SeedControl(), onlyPoints),
		}),
	Panels: []exhibit.Panel{
		{ID: "data", Title: "There and back again", Tip: "Of pictures: the two, the same after both ways, and the difference, which is grey until both are gone. Of points: where they are on the way; each mode has a colour, if there are few."},
		{ID: "latent", Title: "The noise they belong to", Tip: "The end of the way there, and the arc between two of it. Of grey pictures one colour is noise above 0, another below."},
		{ID: "back", Title: "What comes back", Wide: true, Tip: "From the arc, by the part of the way along it, and from noise at another temperature, τ. Of pictures all is grey until the way back begins."},
	},
	Timeline: "t",
	Run:      exhibit.TellTraining(runLatents),
	Quick:    map[string]string{"n": "40", "tolerance": "2", "between": "3"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "identity"},
		{Control: "sde", Value: "vp", Readout: "nfe-there"},
		{Control: "temperature", Value: "0.3", Readout: "tempered"},
	},
	Tolerance: 1e-2,
}

// latents is one run.
type latents struct {
	subject     *subject
	x0          []float32 // the data
	n           int
	ends        [2]int // which of them the arc joins
	between     int    // mixtures on it
	temperature float64
	latent      []float32 // nil on the way there
	arc         []float32 // latents from one end to the other, between+2
	now         []float32
	back        bool
	there, home int // evaluations
}

func runLatents(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := load(ctx, env, s)
	if err != nil {
		return err
	}
	l := &latents{subject: u, between: s.Int("between"), temperature: s.Float("temperature")}
	if err := l.choose(ctx, env, s); err != nil {
		return err
	}
	tolerance := math.Pow(10, -s.Float("tolerance"))
	follow := func(xs []float32) *sde.Flow {
		return &sde.Flow{SDE: u.sde, Score: u.score, Cond: u.cond(len(xs) / u.elems), RelTol: tolerance, AbsTol: tolerance}
	}
	f := exhibit.Frame{}
	see := func(step *sde.ODEStep) error {
		l.now = l.now[:0]
		for _, v := range step.Y {
			l.now = append(l.now, float32(v))
		}
		done := l.back && step.T == u.sde.Eps()
		if l.back {
			l.home = step.NFE
		} else {
			l.there = step.NFE
		}
		if done {
			f.Total = f.Index + 1
		}
		l.show(&f, step.T, done)
		emit(f)
		f.Index++
		return nil
	}
	if l.latent, _, err = follow(l.x0).Encode(ctx, l.x0, u.sde.Eps(), see); err != nil {
		return fmt.Errorf("on the way to noise: %w", err)
	}
	l.back = true
	start := l.edit()
	_, _, err = follow(start).Decode(ctx, start, u.sde.Eps(), see)
	if err != nil {
		return fmt.Errorf("on the way back: %w", err)
	}
	return nil
}

// choose sets the data, and which two of them the arc joins.
func (l *latents) choose(ctx context.Context, env *exhibit.Env, s exhibit.State) error {
	if u := l.subject; u.exact != nil {
		l.n = s.Int("n")
		l.x0 = u.exact.At(u.sde.Eps()).Sample(rng.ForName(s.Seed("seed"), "scoresde.latents"), l.n)
		// The points in the middle of the first mode and of the last.
		modes := u.exact.Data.Components()
		for k, mode := range []sde.Gaussian{modes[0], modes[len(modes)-1]} {
			nearest := math.Inf(1)
			for i := range l.n {
				if d := math.Hypot(float64(l.x0[2*i])-mode.Mean[0], float64(l.x0[2*i+1])-mode.Mean[1]); d < nearest {
					l.ends[k], nearest = i, d
				}
			}
		}
		return nil
	}
	l.n, l.ends = 2, [2]int{0, 1}
	for _, prefix := range []string{"", "other-"} {
		picture, err := l.subject.picture(ctx, env, s, prefix)
		if err != nil {
			return err
		}
		l.x0 = append(l.x0, picture...)
	}
	return nil
}

// edit returns the latents of the way back: as they are, the arc, and tempered ones, of
// which pictures have one.
func (l *latents) edit() []float32 {
	elems := l.subject.elems
	end := func(k int) []float32 { return l.latent[l.ends[k]*elems : (l.ends[k]+1)*elems] }
	for k := range l.between + 2 {
		mixed := make([]float32, elems)
		sde.Slerp(mixed, end(0), end(1), float64(k)/float64(l.between+1))
		l.arc = append(l.arc, mixed...)
	}
	tempered := slices.Clone(l.latent)
	if l.subject.exact == nil {
		tempered = tempered[:elems]
	}
	sde.Temper(tempered, l.temperature)
	return slices.Concat(l.latent, l.arc, tempered)
}

// parts are the three parts of the way back.
func (l *latents) parts() (same, arc, tempered []float32) {
	elems := l.subject.elems
	a, b := l.n*elems, (l.n+l.between+2)*elems
	return l.now[:a], l.now[a:b], l.now[b:]
}
