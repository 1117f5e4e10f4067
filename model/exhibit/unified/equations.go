package unified

import (
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	m "unnoise/model/mathml"
)

var (
	velocity = m.Symbol{Math: m.Hat(m.I("v")), Tip: "The velocity: √ᾱ·ε − √(1−ᾱ)·x₀. Where there is hardly any noise it is the noise, where there is nothing else it is minus the picture."}
	score    = m.Symbol{Math: m.Row(m.O("∇"), m.I("log"), m.I("q"), m.Parens(chain.SymXt.Math)), Tip: "The score: the direction in which xₜ becomes more likely fastest."}
)

// equations derive all answers from x̂_0 at a timestep.
func equations(t int, bar float64) []exhibit.Equation {
	a, b := math.Sqrt(bar), math.Sqrt(1-bar)
	signal := m.Sqrt(m.Of(chain.SymAB))
	noise := m.Sqrt(m.N("1"), m.O("−"), m.Of(chain.SymAB))
	xt := chain.X(t)
	return []exhibit.Equation{
		chain.ForwardEquation(t, bar),
		{
			Caption: "The noise is what is left when the picture is taken away.",
			Symbols: m.Line(m.Of(chain.SymEpsH), m.O("="), m.Frac(m.Row(m.Of(chain.SymXt), m.O("−"), signal, m.Of(chain.SymX0Hat)), noise)),
			Numbers: m.Line(chain.SymEpsH.Math, m.O("="), m.Times(m.Number(1/b), xt), m.Plus(-a/b, chain.SymX0Hat.Math)),
		},
		{
			Caption: "The velocity, from both.",
			Symbols: m.Line(m.Of(velocity), m.O("="), signal, m.Of(chain.SymEpsH), m.O("−"), noise, m.Of(chain.SymX0Hat)),
			Numbers: m.Line(velocity.Math, m.O("="), m.Times(m.Number(a), chain.SymEpsH.Math), m.Plus(-b, chain.SymX0Hat.Math)),
		},
		{
			Caption: "The score points against the noise.",
			Symbols: m.Line(m.Of(score), m.O("≈"), m.O("−"), m.Frac(m.Of(chain.SymEpsH), noise)),
			Numbers: m.Line(score.Math, m.O("≈"), m.Times(m.Number(-1/b), chain.SymEpsH.Math)),
		},
	}
}
