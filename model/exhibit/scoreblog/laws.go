package scoreblog

import (
	"unnoise/model/exhibit"
	"unnoise/model/sde"
)

// lawControls choose an SDE.
func lawControls(initial string) []exhibit.Control {
	return []exhibit.Control{
		{ID: "sde", Kind: exhibit.Choice, Label: "SDE", Default: initial, Tip: "By which equation values become noise.",
			Options: []exhibit.Option{
				{ID: "ve", Label: "VE", Tip: "Variance exploding: noise is added, and nothing is taken away. The limit of NCSN’s noise scales."},
				{ID: "vp", Label: "VP", Tip: "Variance preserving: values drift to 0 while noise is added. The limit of DDPM."},
				{ID: "sub-vp", Label: "sub-VP", Tip: "The same drift with less noise on the way."},
			}},
		{ID: "sigma-max", Kind: exhibit.Range, Label: "σ at the end", Default: "6", Min: 2, Max: 50, Step: .5, Log: true, When: exhibit.Condition{Control: "sde", Values: []string{"ve"}},
			Tip: "The deviation of the noise at t = 1. It begins with 0.01. For pictures the paper takes 50 and more."},
		{ID: "beta-max", Kind: exhibit.Range, Label: "β at the end", Default: "20", Min: 2, Max: 30, Step: 1, When: exhibit.Condition{Control: "sde", Values: []string{"vp", "sub-vp"}},
			Tip: "How fast noise comes in at t = 1; at t = 0 β is 0.1. With little, something of the data is left at the end."},
	}
}

// law is the SDE of lawControls.
func law(s exhibit.State) (sde.SDE, error) {
	const sigmaMin, betaMin = .01, .1 // the paper's
	switch s.Text("sde") {
	case "ve":
		return sde.NewVE(sigmaMin, s.Float("sigma-max"))
	case "vp":
		return sde.NewVP(betaMin, s.Float("beta-max"))
	}
	return sde.NewSubVP(betaMin, s.Float("beta-max"))
}
