package scoreblog

import (
	"testing"

	"unnoise/model/exhibit/exhibittest"
)

// The score of a hundred pictures leads back to them; each sampler finds several.
func TestAPerfectScoreHasLearnedByHeart(t *testing.T) {
	for sampler, values := range map[string]map[string]string{
		"em": {"sampler": "em", "steps": "100"}, "pc": {"sampler": "pc", "steps": "60"}, "ode": {"sampler": "ode", "tolerance": "0.01"},
	} {
		values["pictures"], values["score"] = "5", "pictures"
		frames := exhibittest.Run(t, Tutorial, values)
		if n := exhibittest.Readout(t, frames, "copies"); n != 5 {
			t.Errorf("%s: %v of 5 pictures are copies", sampler, n)
		}
		if n := exhibittest.Readout(t, frames, "different"); n < 2 {
			t.Errorf("%s: %v different pictures", sampler, n)
		}
		// At first the guess is nearly the mean of all.
		first := frames[0].Readouts
		for _, v := range first {
			if v.ID == "distance" && v.Value < .08 {
				t.Errorf("%s: the first guess is %v from a real picture", sampler, v.Value)
			}
		}
	}
}
