package scoreblog

import (
	"math"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
)

// A corner is black in nearly every picture: by the data, by the SDE and by the ODE.
func TestACornerEndsBlack(t *testing.T) {
	frames := exhibittest.Run(t, Pixel, map[string]string{"pixel": onePixel(3, 3), "steps": "8", "runs": "1"})
	for _, id := range []string{"mean", "ode", "sde"} {
		if v := exhibittest.Readout(t, frames, id); math.Abs(v+1) > .15 {
			t.Errorf("%s is %v, expected −1", id, v)
		}
	}
}

// Of several pixels the mean is watched, whose noise is less.
func TestTheMeanOfPixels(t *testing.T) {
	on := make([]bool, pixelSide*pixelSide)
	on[5], on[6], on[40], on[41] = true, true, true, true
	mask := exhibit.EncodeMask(on)
	four := exhibittest.Readout(t, exhibittest.Run(t, Pixel, map[string]string{"pixel": mask, "steps": "2", "runs": "1"})[:forwardFrames], "spread")
	if math.Abs(four-.5) > .01 { // of pure noise, at t = 1
		t.Errorf("the mean of four pixels of noise has a deviation of %v, expected 0.5", four)
	}
}
