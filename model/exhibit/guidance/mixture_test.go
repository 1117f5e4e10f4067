package guidance

import (
	"math"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit/exhibittest"
)

func TestMixtureProbes(t *testing.T) { exhibittest.Probe(t, Mixture) }

// Without guidance the samples are those of the classes: DDIM with exact answers
// reaches each Gaussian's own spread, √2·std in two dimensions.
func TestWithoutGuidanceTheClassesComeBack(t *testing.T) {
	frames := exhibittest.Run(t, Mixture, map[string]string{"w": "0", "n": "1200", "steps": "100"})
	want := math.Sqrt2 * classes()[0].Std
	if got := exhibittest.Readout(t, frames, "spread"); math.Abs(got-want) > 0.03 {
		t.Errorf("spread %.4f, the Gaussians have %.4f", got, want)
	}
}

// More guidance is surer and less various: the paper's Fig. 2.
func TestGuidanceTradesVarietyForCertainty(t *testing.T) {
	certainty, spread := 0.0, math.Inf(1)
	for _, w := range []string{"0", "1", "2", "4"} {
		frames := exhibittest.Run(t, Mixture, map[string]string{"w": w, "n": "600", "steps": "10"})
		c, s := exhibittest.Readout(t, frames, "certainty"), exhibittest.Readout(t, frames, "spread")
		if c <= certainty || s >= spread {
			t.Errorf("w = %s: certainty %.3f after %.3f, spread %.3f after %.3f", w, c, certainty, s, spread)
		}
		certainty, spread = c, s
	}
}

// The density that is aimed at is, without guidance, the class's own; its moments by
// the grid are the Gaussian's.
func TestAim(t *testing.T) {
	e, err := newExact(mustCosine(t))
	if err != nil {
		t.Fatal(err)
	}
	_, spread := e.at(1).moments(0)
	if want := math.Sqrt2 * classes()[0].Std; !(math.Abs(spread-want) <= 1e-2) {
		t.Errorf("spread %.5f by the grid, %.5f is right", spread, want)
	}
}

// The density is large where the classes are and next to nothing at the edge, and the
// curves of the trade go the way of the samples.
func TestDensityAndTradeShowTheClasses(t *testing.T) {
	e, err := newExact(mustCosine(t))
	if err != nil {
		t.Fatal(err)
	}
	d := e.density(1, []int{0, 1, 2}, 0)
	at := func(x, y float64) float64 {
		return float64(d.Values[int((extent-y)/(2*extent)*cells)*cells+int((x+extent)/(2*extent)*cells)]) / d.High
	}
	for _, c := range classes() {
		if got := at(c.X, c.Y); !(got > 0.9) {
			t.Errorf("at the middle of a class the density is %.3f of the highest", got)
		}
	}
	if got := at(-2.9, 2.9); !(got < 1e-3) {
		t.Errorf("in the corner the density is %.3g of the highest", got)
	}
	curves := e.trade(1).Curves
	for k := 1; k < len(curves[0].Y); k++ {
		if !(curves[0].Y[k] > curves[0].Y[k-1] && curves[1].Y[k] < curves[1].Y[k-1]) {
			t.Errorf("from w = %g to %g certainty goes from %g to %g, spread from %g to %g", curves[0].X[k-1], curves[0].X[k],
				curves[0].Y[k-1], curves[0].Y[k], curves[1].Y[k-1], curves[1].Y[k])
		}
	}
}

func mustCosine(t *testing.T) *diffusion.Schedule {
	t.Helper()
	s, err := diffusion.Cosine(1000)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
