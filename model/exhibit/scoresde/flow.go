package scoresde

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/sde"
)

// Flow is the probability-flow ODE by an adaptive solver, from the same noise at one
// tolerance after another: §4.3, Fig. 3.
var Flow = &exhibit.Exhibit{
	ID: "sde-flow", Title: "Score SDE: the probability-flow ODE", Year: year, References: []int{reference},
	Sentences: [3]string{
		"Beside the noisy way back there is one without any noise: an ODE along which the points have the same density at every time.",
		"An ODE can be solved by a method that chooses its own steps: it makes them as large as the error that you allow, and smaller where the way bends.",
		"So exactness can be traded for work: every row starts from the same noise and ends in the same picture, once the tolerance is tight enough.",
	},
	Models: models,
	Presets: []exhibit.Preset{
		{Name: "Points, VE", Tip: "Down to the paper’s 10⁻⁵.", Values: map[string]string{}},
		{Name: "Points, VP", Tip: "The same data under the other SDE: the steps lie elsewhere.", Values: map[string]string{"sde": "vp"}},
		{Name: "A ring under sub-VP", Tip: "Eight narrow modes need small steps near the data.", Values: map[string]string{"sde": "subvp", "data": "ring"}},
		{Name: "Garments", Tip: "At which tolerance can you no longer see a difference?", Values: map[string]string{"what": "fashion", "tightest": "4", "pictures": "4"}},
		{Name: "Faces under VE", Tip: "A network of the VE SDE.", Values: map[string]string{"what": "ve-faces", "tightest": "4", "pictures": "4"}},
		{Name: "Garments under sub-VP", Tip: "Another network, and another SDE.", Values: map[string]string{"what": "subvp-fashion", "tightest": "4", "pictures": "4"}},
	},
	Controls: slices.Concat(subjectControls(points), []exhibit.Control{
		when(chain.ClassControl("any"), garments),
		tolerances("tightest", "Down to a tolerance of", "5", "The runs go from 10⁻¹ down to this one, one after another. The paper’s code has 10⁻⁵, for the relative and the absolute error both."),
		when(exhibit.Control{ID: "n", Kind: exhibit.Number, Label: "Number of points", Default: "500", Modest: "300", Min: 20, Max: 3000, Tip: "How many travel. All take the same steps, as in the paper’s code."}, onlyPoints),
		when(chain.CountControl("4", "2", 8), onlyPictures),
		exhibit.SeedControl(),
	}),
	Panels: []exhibit.Panel{
		{ID: "ends", Title: "The same noise, solved", Tip: "Of pictures, a row for every tolerance, each as far as its solution has come. Of points, those of the present run over the exact density, marked ones in another colour."},
		{ID: "ways", Title: "The ways, and where the steps lie", Tip: "One coordinate of a few points, or one pixel of each picture, over time from noise, at the right, to data. It is divided by the size that x has at that time, so that all of it can be seen. The dots are the solver’s steps; in grey the run before, with a looser tolerance."},
		{ID: "steps", Title: "How large the steps are", Tip: "The size of each step by where it begins, for every tolerance, on a logarithmic scale."},
		{ID: "table", Title: "Work and error", Tip: "NFE is the number of evaluations of the score: a step costs six, whether it is accepted or not. The error is how far the results are from those of the tightest tolerance, root mean square."},
	},
	Timeline: "step",
	Run:      exhibit.TellTraining(runFlow),
	Quick:    map[string]string{"tightest": "2", "n": "40"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "error-1"},
		{Control: "sde", Value: "vp", Readout: "nfe-1"},
		{Control: "tightest", Value: "3", Readout: "error-1"},
	},
	Tolerance: 1e-2,
}

// tolerances is a choice from 10⁻¹ to 10⁻⁵.
func tolerances(id, label, standard, tip string) exhibit.Control {
	c := exhibit.Control{ID: id, Kind: exhibit.Choice, Label: label, Default: standard, Tip: tip}
	for k := 1; k <= 5; k++ {
		c.Options = append(c.Options, exhibit.Option{ID: strconv.Itoa(k), Label: power(k)})
	}
	return c
}

// power is 10 to the −k, in words of figures.
func power(k int) string { return "10⁻" + string([]rune("⁰¹²³⁴⁵")[k]) }

// marked is how many points have their ways drawn.
const marked = 6

// solution is one run of the solver.
type solution struct {
	power int // of the tolerance
	now   []float32
	state sde.ODEState
	t     []float64   // at which a step began, and the end of the last
	ways  [][]float32 // the marked values there, divided by the size of x
	done  bool
}

func runFlow(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	u, err := told(ctx, env, s)
	if err != nil {
		return err
	}
	r := &flowing{subject: u, n: u.count(s)}
	start := u.normal(s.Seed("seed"), r.n)
	for i, z := range start {
		start[i] = float32(u.sde.PriorStd() * float64(z))
	}
	for k := range s.Int("tightest") {
		r.runs = append(r.runs, &solution{power: k + 1, now: slices.Clone(start)})
	}
	f := exhibit.Frame{}
	for k, run := range r.runs {
		tolerance := math.Pow(10, -float64(run.power))
		flow := &sde.Flow{SDE: u.sde, Score: u.score, Cond: u.cond(r.n), RelTol: tolerance, AbsTol: tolerance}
		r.mark(run, u.sde.T())
		end, err := flow.Run(ctx, start, u.sde.T(), u.sde.Eps(), func(step *sde.ODEStep) error {
			run.state = step.ODEState.Clone()
			for i, v := range step.Y {
				run.now[i] = float32(v)
			}
			r.mark(run, step.T)
			run.done = step.T == u.sde.Eps()
			r.show(&f, k, step.T)
			emit(f)
			f.Index++
			return nil
		})
		if err != nil {
			return fmt.Errorf("tolerance %g: %w", tolerance, err)
		}
		run.state.NFE = end.NFE
	}
	return nil
}

// flowing is the runs so far.
type flowing struct {
	subject *subject
	n       int
	runs    []*solution
}

// size is about that of x at a time.
func (u *subject) size(t float64) float64 {
	scale, std := u.sde.Marginal(t)
	return math.Hypot(scale, std)
}

// mark keeps the marked values at a time.
func (r *flowing) mark(run *solution, t float64) {
	values := make([]float32, 0, marked)
	for k := range min(marked, r.n) {
		at := k * r.subject.elems
		if r.subject.exact == nil {
			// A pixel of the middle, where garments and faces are.
			at += r.subject.elems/r.subject.info.Channels/2 + r.subject.info.Width/2
		}
		values = append(values, float32(float64(run.now[at])/r.subject.size(t)))
	}
	run.t, run.ways = append(run.t, t), append(run.ways, values)
}
