package ddpm

import (
	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	ml "unnoise/model/mathml"
)

// varianceEquations are both variances of a step: Ho et al. 2020, eq. 7 and §3.2.
func varianceEquations(small, large diffusion.Update) []exhibit.Equation {
	switch {
	case small.T < 0:
		return chain.StepEquations(small)
	case small.TPrev < 0:
		last := chain.StepEquation(small)
		last.Caption = "The last step adds no fresh noise in either"
		return []exhibit.Equation{last}
	}
	square := ml.SubSup(ml.I("σ"), ml.I("t"), ml.N("2"))
	over := ml.Row(ml.N("1"), ml.O("−"), ml.Of(chain.SymABP))
	under := ml.Row(ml.N("1"), ml.O("−"), ml.Of(chain.SymAB))
	return []exhibit.Equation{
		{
			Caption: "Small: the variance if the finished picture were known",
			Symbols: ml.Line(square, ml.O("="), ml.Of(chain.SymBetaT), ml.O("="), ml.Frac(over, under), ml.Of(chain.SymBeta)),
			Numbers: ml.Line(square, ml.O("="), ml.Number(small.StdDev*small.StdDev)),
		},
		{
			Caption: "Large: as much as the step forward added",
			Symbols: ml.Line(square, ml.O("="), ml.Of(chain.SymBeta)),
			Numbers: ml.Line(square, ml.O("="), ml.Number(large.StdDev*large.StdDev)),
		},
		chain.StepEquation(small),
	}
}
