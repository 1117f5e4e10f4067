package scoreblog

import (
	"math"

	"unnoise/model/exhibit"
	m "unnoise/model/mathml"
	"unnoise/model/plane"
)

var (
	symX     = m.Symbol{Math: m.I("x"), Tip: "A point of the plane."}
	symZ     = m.Symbol{Math: m.I("z"), Tip: "Shaking: a standard normal number for every coordinate, drawn anew at every step."}
	symNorm  = m.Symbol{Math: m.I("Z"), Tip: "What makes the density integrate to 1: the integral of exp(−f) over everything."}
	symF     = m.Symbol{Math: m.Row(m.I("f"), m.Parens(m.I("x"))), Tip: "The energy: any function a network may compute."}
	symScore = m.Symbol{Math: m.Row(m.O("∇"), m.I("log"), m.I("p"), m.Parens(m.I("x"))), Tip: "The score: the direction in which the density rises fastest in proportion, and how fast."}
	symStep  = m.Symbol{Math: m.I("ε"), Tip: "The step size."}
)

// fieldEquations are the parametrisation, the score, and a step of the first particle.
func fieldEquations(s exhibit.State, n plane.Noised, x []float32) []exhibit.Equation {
	first := n.Moments(float64(x[0]), float64(x[1]))
	height, step, shaking := s.Float("height"), s.Float("step"), s.Float("shaking")
	return []exhibit.Equation{
		{
			Caption: "A density by an energy: it needs Z.",
			Symbols: m.Line(m.I("p"), m.Parens(m.Of(symX)), m.O("="), m.Frac(m.Sup(m.I("e"), m.Row(m.O("−"), m.Of(symF))), m.Of(symNorm))),
			Numbers: m.Line(m.I("p"), m.Parens(symX.Math), m.O("="), m.Times(m.Number(math.Exp(-height)), m.Sup(m.I("e"), m.Row(m.O("−"), symF.Math)))),
		},
		{
			Caption: "Its score: log Z is a constant and has no slope. The numbers are those of the first particle.",
			Symbols: m.Line(m.Of(symScore), m.O("="), m.O("−"), m.O("∇"), m.Of(symF), m.O("−"), m.O("∇"), m.I("log"), m.Of(symNorm)) +
				m.More(m.O("="), m.O("−"), m.O("∇"), m.Of(symF)),
			Numbers: m.Line(symScore.Math, m.O("="), m.Parens(m.Number(first.ScoreX), m.O(","), m.Number(first.ScoreY))),
		},
		{
			Caption: "A step of Langevin dynamics: along the score, and a shake.",
			Symbols: m.Line(m.Of(symX), m.O("←"), m.Of(symX), m.O("+"), m.Of(symStep), m.Of(symScore), m.O("+"), m.Sqrt(m.N("2"), m.Of(symStep)), m.Of(symZ)),
			Numbers: m.Line(symX.Math, m.O("←"), symX.Math, m.Plus(step, symScore.Math)) + m.More(m.Plus(shaking*math.Sqrt(2*step), symZ.Math)),
		},
	}
}
