package ncsn

import (
	"math"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

func TestFashionProbes(t *testing.T) { exhibittest.Probe(t, Fashion) }

func TestInpaintingProbes(t *testing.T) { exhibittest.Probe(t, Inpainting) }

// In the end the known part is the real picture but for the last level's noise, what is
// made up differs between completions, and only there.
func TestCompletionsKeepWhatIsKnown(t *testing.T) {
	values := map[string]string{"per-level": "1", "levels": "3", "pictures": "2"}
	frames := exhibittest.Run(t, Inpainting, values)
	last := frames[len(frames)-1]
	picture, state := last.Figures["picture"].(*figure.Pictures).Values, last.Figures["state"].(*figure.Pictures).Values
	missing, err := exhibit.DecodeMask(half(func(x, _ int) bool { return x >= side/2 }), side, side)
	if err != nil {
		t.Fatal(err)
	}
	var moved float64
	for i, v := range picture {
		for k := range 2 {
			d := math.Abs(float64(state[k*len(picture)+i] - v))
			if missing[i] {
				moved = max(moved, d)
			} else if d > 2*.01*5 { // five deviations; the panel's values reach from −1 to 1
				t.Fatalf("completion %d: a known pixel is %.3f off", k, d)
			}
		}
	}
	if moved < .1 {
		t.Errorf("nothing was made up: at most %.3f from the real picture", moved)
	}
	if apart := exhibittest.Readout(t, frames, "apart"); apart < .01 {
		t.Errorf("two completions are only %.4f apart", apart)
	}
	values["missing"] = ""
	if d := exhibittest.Readout(t, exhibittest.Run(t, Inpainting, values), "missing"); d != 0 {
		t.Errorf("%g pixels are made up of a picture on which nothing is marked", d)
	}
}
