package laboratory

import (
	"math"
	"slices"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/plane"
)

func TestExact(t *testing.T) { exhibittest.Probe(t, Exact) }

// with is the exhibit's frames with few particles.
func with(t *testing.T, pairs ...string) []exhibit.Frame {
	t.Helper()
	values := map[string]string{"particles": "400", "steps": "12"}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return exhibittest.Run(t, Exact, values)
}

func particles(t *testing.T, f exhibit.Frame, panel string) []float32 {
	t.Helper()
	view, ok := f.Figures[panel].(*figure.Plane)
	if !ok || len(view.Clouds) == 0 {
		t.Fatalf("frame %d shows no particles in %s", f.Index, panel)
	}
	return view.Clouds[0].Values
}

// With enough steps every sampler's particles have the mixture's moments.
func TestSamplersReachTheMoments(t *testing.T) {
	e, err := plane.Find("three")
	if err != nil {
		t.Fatal(err)
	}
	want := e.Mixture().Statistics()
	for _, samplers := range [][2]string{{"ancestral", "heun"}, {"maruyama", "euler"}, {"ancestral", "dpmpp-2m"}} {
		frames := with(t, "data", "three", "particles", "2000", "steps", "100", "start", "fresh", "field", "none", "sde", samplers[0], "ode", samplers[1])
		for i, panel := range []string{"sde", "ode"} {
			got := plane.Measure(particles(t, frames[len(frames)-1], panel))
			// The standard error of the means is 0.012, of the variances 0.007.
			for what, d := range map[string]float64{"mean x": got.MeanX - want.MeanX, "mean y": got.MeanY - want.MeanY,
				"variance x": got.VarX - want.VarX, "variance y": got.VarY - want.VarY, "covariance": got.Cov - want.Cov} {
				if !(math.Abs(d) < .045) {
					t.Errorf("%s: the %s is off by %.3f", samplers[i], what, d)
				}
			}
		}
		for _, id := range []string{"sde-modes", "ode-modes"} {
			if modes := exhibittest.Readout(t, frames, id); modes < 2.9 {
				t.Errorf("%v: %s is %.2f of 3", samplers, id, modes)
			}
		}
	}
}

// The ODE brings every point home, Heun's error falling with the square of the steps.
func TestTheODEReturns(t *testing.T) {
	lost := func(solver, steps string) float64 {
		return exhibittest.Readout(t, with(t, "data", "two", "start", "own", "spacing", "karras", "field", "none", "ode", solver, "steps", steps), "return")
	}
	coarse, fine, straight := lost("heun", "20"), lost("heun", "80"), lost("euler", "80")
	if order := math.Log2(coarse/fine) / 2; order < 1.5 || fine > .02 || straight < 2*fine {
		t.Errorf("Heun loses %.3g and %.3g, order %.2f; Euler %.3g", coarse, fine, order, straight)
	}
}

func TestNoNoiseIsTheODE(t *testing.T) {
	frames := with(t, "data", "ring", "eta", "0", "ode", "euler")
	if apart := exhibittest.Readout(t, frames, "apart"); apart != 0 {
		t.Errorf("DDIM and Euler end %.2g apart", apart)
	}
}

// The timeline goes to noise and back, without a leap where it turns.
func TestTimeline(t *testing.T) {
	frames := with(t)
	if len(frames) != 25 {
		t.Fatalf("%d frames for 12 steps", len(frames))
	}
	spread := func(i int) float64 { s := plane.Measure(particles(t, frames[i], "sde")); return s.VarX + s.VarY }
	if spread(12) < 1.6 || spread(0) > .8 || spread(24) > .8 {
		t.Errorf("the particles' variance is %.2f, %.2f, %.2f", spread(0), spread(12), spread(24))
	}
	path := frames[13].Figures["sde"].(*figure.Plane).Paths[0].Values
	turn := particles(t, frames[12], "sde")
	if len(path) != 4 || path[0] != turn[0] || path[1] != turn[1] {
		t.Errorf("the way back begins at %v, the way there ended at %v", path[:2], turn[:2])
	}
	for i, f := range frames {
		if f.Total != 25 || f.Words == "" || len(f.Equations) == 0 || len(f.Readouts) == 0 {
			t.Errorf("frame %d lacks something", i)
		}
	}
}

func TestMemorised(t *testing.T) {
	soft := exhibittest.Readout(t, with(t, "spacing", "karras"), "ode-near")
	points := exhibittest.Readout(t, with(t, "spacing", "karras", "softness", "0"), "ode-near")
	if points > .005 || soft < 2*points {
		t.Errorf("the mean distance to the data is %.4f, to points %.4f", soft, points)
	}
}

func TestDrawingsAndLetters(t *testing.T) {
	empty := with(t, "data", "draw", "drawing", "")
	if len(empty) != 1 || empty[0].Words == "" {
		t.Errorf("nothing drawn gives %d frames", len(empty))
	}
	one := exhibit.EncodePoints([]float32{.5, .25})
	got := plane.Measure(particles(t, slices.MaxFunc(with(t, "data", "draw", "drawing", one), func(a, b exhibit.Frame) int { return a.Index - b.Index }), "ode"))
	if math.Hypot(got.MeanX-.5, got.MeanY-.25) > .03 || got.VarX > .04 {
		t.Errorf("of a single point the particles are %+v", got)
	}
	a := exhibittest.Readout(t, with(t, "data", "letters", "letters", "A"), "ode-near")
	b := exhibittest.Readout(t, with(t, "data", "letters", "letters", "B"), "ode-near")
	if a == b {
		t.Error("the letters change nothing")
	}
	state, err := exhibit.NewState(Exact, map[string]string{"data": "letters", "letters": "漢"})
	if err != nil {
		t.Fatal(err)
	}
	if err := Exact.Run(t.Context(), nil, state, func(exhibit.Frame) {}); err == nil {
		t.Error("a letter that the font lacks was drawn")
	}
}

func TestEveryOptionRuns(t *testing.T) {
	for _, c := range Exact.Controls {
		for _, o := range c.Options {
			with(t, "particles", "100", "steps", "3", c.ID, o.ID)
		}
	}
}
