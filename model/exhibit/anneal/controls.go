package anneal

import (
	"fmt"

	"unnoise/model/exhibit"
	"unnoise/model/langevin"
)

// FormControl is how a step is written: the factor 2 between NCSN's paper and program.
func FormControl(standard langevin.Form) exhibit.Control {
	return exhibit.Control{ID: "form", Kind: exhibit.Choice, Label: "A step", Default: string(standard),
		Tip: "NCSN’s paper and its program for pictures write the step differently and use the same step sizes: the program’s steps are twice as long. Its toy program follows the paper.",
		Options: []exhibit.Option{
			{ID: string(langevin.Code), Label: "Program: α·s + √2α·z", Tip: "Twice the step."},
			{ID: string(langevin.Paper), Label: "Paper: α/2·s + √α·z", Tip: "Algorithm 1."},
		}}
}

// Form is the value of a FormControl.
func Form(s exhibit.State) langevin.Form { return langevin.Form(s.Text("form")) }

// Label names a moment of a chain.
func Label(s langevin.Step) string {
	if s.Done {
		return "done"
	}
	return fmt.Sprintf("σ = %.3g, step %d", s.Sigma, s.I)
}

// Asked is how often the score was evaluated up to a moment of a chain.
func Asked(c *langevin.Chain, s langevin.Step) int {
	if s.Done {
		return c.NFE()
	}
	return s.I
}
