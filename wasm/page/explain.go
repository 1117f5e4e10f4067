package page

import (
	"math"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/mathml"
	"unnoise/model/run"
)

// Explanation is the column beside the stage: equations, values, a sentence.
type Explanation struct {
	Title  string
	Blocks []Block
	Values []Value
	Words  string
}

// Block is an equation: what it says in words, the symbols (which change only
// with the sampler) and the same with the present numbers. MathML.
type Block struct{ Caption, Symbols, Numbers string }

// Value is a row of the table of symbols. Tip says what the symbol means. Stop
// puts the row into the order of the tab key: no equation has the same tip.
type Value struct {
	Symbol, Name, Value string
	Tip                 string
	Stop                bool
}

// row is a symbol's line of the table.
func row(s symbol, value string) Value {
	return Value{Symbol: s.math, Name: s.name, Value: value, Tip: s.tip}
}

// ExplainStep explains a step of a run: its equations with the coefficients of u.
// u is diffusion.Final() for the picture that the run has led to.
func ExplainStep(spec run.Spec, u diffusion.Update) Explanation {
	e := Explanation{Title: "This step"}
	if guided(spec) {
		e.Blocks = append(e.Blocks, guidanceBlock(spec))
	}
	if u.T < 0 {
		e.Title = "The result"
		e.Blocks = append(e.Blocks, Block{
			Caption: "No noise is left: the run is done.",
			Symbols: mathml.Line(of(symXt), mathml.O("="), of(symX0)),
		})
		e.Values = []Value{row(symT, "−"), row(symAB, "1")}
		e.stopOnce()
		return e
	}
	e.Blocks = append(e.Blocks, guessBlock(u))
	switch spec.Sampler {
	case run.DDPM:
		e.Blocks = append(e.Blocks, ddpmBlock(u))
	case run.DDIM:
		e.Blocks = append(e.Blocks, ddimBlock(u))
	default:
		e.Blocks = append(e.Blocks, solverBlocks(spec.Sampler, u)...)
	}
	e.Values = stepValues(spec, u)
	e.stopOnce()
	return e
}

func guided(spec run.Spec) bool {
	return spec.Class != diffusion.NoClass && spec.Guidance != 1
}

// guidanceBlock is classifier-free guidance: Ho & Salimans 2022, eq. 6.
func guidanceBlock(spec run.Spec) Block {
	return Block{
		Caption: "Guidance pushes towards the class",
		Symbols: mathml.Line(of(symEHat), mathml.O("="), of(symEU), mathml.O("+"), of(symS), mathml.Parens(of(symEC), mathml.O("−"), of(symEU))),
		Numbers: mathml.Line(symEHat.math, mathml.O("="), mathml.Times(mathml.Number(1-spec.Guidance), symEU.math), mathml.Plus(spec.Guidance, symEC.math)),
	}
}

// guessBlock is x̂_0 from x_t and ε̂: Ho et al. 2020, eq. 15.
func guessBlock(u diffusion.Update) Block {
	ofEps := -math.Sqrt(1/u.AlphaBar - 1)
	return Block{
		Caption: "The noise tells the finished picture",
		Symbols: mathml.Line(of(symX0Hat), mathml.O("="), mathml.Frac(
			mathml.Row(of(symXt), mathml.O("−"), mathml.Sqrt(mathml.N("1"), mathml.O("−"), of(symAB)), of(symEHat)),
			mathml.Sqrt(of(symAB)))),
		Numbers: mathml.Line(symX0Hat.math, mathml.O("="), mathml.Times(mathml.Number(math.Sqrt(1/u.AlphaBar)), symXt.math),
			mathml.Plus(ofEps, symEHat.math)),
	}
}

// ddpmBlock is a draw from the posterior of Ho et al. 2020, eq. 7.
func ddpmBlock(u diffusion.Update) Block {
	oneMinus := mathml.Row(mathml.N("1"), mathml.O("−"), of(symAB))
	return Block{
		Caption: "Go a part of the way, add fresh noise",
		Symbols: mathml.Line(of(symXPrev), mathml.O("="),
			mathml.Frac(mathml.Row(mathml.Sqrt(of(symABP)), of(symBeta)), oneMinus), of(symX0Hat)) +
			mathml.More(mathml.O("+"),
				mathml.Frac(mathml.Row(mathml.Sqrt(of(symAT)), mathml.Parens(mathml.N("1"), mathml.O("−"), of(symABP))), oneMinus), of(symXt),
				mathml.O("+"), of(symSigma), of(symZ)),
		Numbers: affine(symXPrev, u),
	}
}

// ddimBlock is Song et al. 2021, eq. 12.
func ddimBlock(u diffusion.Update) Block {
	return Block{
		Caption: "Put less of the same noise back",
		Symbols: mathml.Line(of(symXPrev), mathml.O("="), mathml.Sqrt(of(symABP)), of(symX0Hat)) +
			mathml.More(mathml.O("+"), mathml.Sqrt(mathml.N("1"), mathml.O("−"), of(symABP), mathml.O("−"), "<msubsup>", mathml.I("σ"), mathml.I("t"), mathml.N("2"), "</msubsup>"), of(symEHat),
				mathml.O("+"), of(symSigma), of(symZ)),
		Numbers: mathml.Line(symXPrev.math, mathml.O("="), mathml.Times(mathml.Number(math.Sqrt(u.AlphaBarPrev)), symX0Hat.math),
			mathml.Plus(math.Sqrt(max(0, 1-u.AlphaBarPrev-u.StdDev*u.StdDev)), symEHat.math)) + fresh(u) +
			affine(symXPrev, u),
	}
}

// affine is the update as it is computed: from x̂_0, x_t and fresh noise.
func affine(to symbol, u diffusion.Update) string {
	text := mathml.Line(to.math, mathml.O("="), mathml.Times(mathml.Number(u.OfX0), symX0Hat.math), mathml.Plus(u.OfXt, symXt.math))
	if u.OfX0Before != 0 {
		text += mathml.More(mathml.Plus(u.OfX0Before, symX0Before.math))
	}
	return text + fresh(u)
}

// fresh is the noise of a step, on a line of its own so that all numbers fit.
func fresh(u diffusion.Update) string {
	if u.StdDev == 0 {
		return ""
	}
	return mathml.More(mathml.Plus(u.StdDev, symZ.math))
}

func stepValues(spec run.Spec, u diffusion.Update) []Value {
	next := strconv.Itoa(u.TPrev)
	if u.TPrev < 0 {
		next = "none: done"
	}
	values := []Value{
		row(symT, strconv.Itoa(u.T)),
		row(symPrevT, next),
		row(symAB, mathml.Plain(u.AlphaBar)),
		row(symABP, mathml.Plain(u.AlphaBarPrev)),
		row(symSigma, mathml.Plain(u.StdDev)),
	}
	if spec.Spaced() {
		level := diffusion.Level{AlphaBar: u.AlphaBar}
		values = append(values, row(symLevel, mathml.Plain(level.Sigma())))
	}
	if spec.Sampler == run.DDIM {
		values = append(values, row(symEta, mathml.Plain(spec.Eta)))
	}
	if spec.Class != diffusion.NoClass {
		values = append(values, row(symS, mathml.Plain(spec.Guidance)))
	}
	return values
}

// ExplainNoise explains q(x_t|x_0) at a timestep: Ho et al. 2020, eq. 4.
func ExplainNoise(t int, alphaBar float64) Explanation {
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	e := Explanation{
		Title: "Adding noise",
		Blocks: []Block{{
			Caption: "Any t in one step: fade the picture, add noise",
			Symbols: mathml.Line(of(symXt), mathml.O("="), mathml.Sqrt(of(symAB)), of(symX0), mathml.O("+"),
				mathml.Sqrt(mathml.N("1"), mathml.O("−"), of(symAB)), of(symEps)),
			Numbers: mathml.Line(symXt.math, mathml.O("="), mathml.Times(mathml.Number(signal), symX0.math), mathml.Plus(noise, symEps.math)),
		}},
		Values: []Value{
			row(symT, strconv.Itoa(t)),
			row(symAB, mathml.Plain(alphaBar)),
			row(symSignal, mathml.Plain(signal)),
			row(symNoise, mathml.Plain(noise)),
			row(symSNR, mathml.Plain(alphaBar/(1-alphaBar))),
		},
	}
	e.stopOnce()
	return e
}
