package chain

import (
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	ml "unnoise/model/mathml"
	"unnoise/model/rng"
)

// Tally adds up the terms of a picture's bound as they are measured, from the
// noisiest to the first.
type Tally struct {
	Bound  diffusion.Bound
	Strata []diffusion.Stratum // as measured: downwards
	Terms  []float64           // bits per dimension, of the strata so far
	Prior  float64
	x0     []float32
}

// Strata are n of the T terms of a model's bound, the noisiest first.
func (m *Model) Strata(n int, seed uint64) []diffusion.Stratum {
	n = min(n, m.Trained.Len())
	strata, err := diffusion.Strata(m.Trained.Len(), n, rng.ForName(seed, "strata").Float64)
	if err != nil {
		panic(err) // 1 ≤ n ≤ T
	}
	for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
		strata[i], strata[j] = strata[j], strata[i]
	}
	return strata
}

// Timesteps are the strata's measured timesteps, in their order.
func Timesteps(strata []diffusion.Stratum) []int {
	ts := make([]int, len(strata))
	for i, s := range strata {
		ts[i] = s.At
	}
	return ts
}

// NewTally starts the bound of a picture.
func NewTally(b diffusion.Bound, strata []diffusion.Stratum, x0 []float32) *Tally {
	return &Tally{Bound: b, Strata: strata, Prior: b.Prior(x0), x0: x0}
}

// Add measures the next term.
func (y *Tally) Add(a Answer) float64 {
	term := y.Bound.Term(a.T, y.x0, a.Xt, a.Output)
	y.Terms = append(y.Terms, term)
	return term
}

// Rate is the prior and the terms so far without the last, that of t = 0, in bits
// per dimension: what has been said about the picture when x_t is known. The
// standard error is that of diffusion.SumStrata.
func (y *Tally) Rate() (bits, standardError float64) {
	n := len(y.Terms)
	if n == len(y.Strata) {
		n--
	}
	sum, se := diffusion.SumStrata(y.Strata[:n], y.Terms[:n])
	if math.IsNaN(se) {
		se = 0 // one term so far
	}
	return y.Prior + sum, se
}

// First is the term of t = 0, the cost of the last byte step; 0 before it is reached.
func (y *Tally) First() float64 {
	if len(y.Terms) < len(y.Strata) {
		return 0
	}
	return y.Terms[len(y.Terms)-1]
}

// Pixels adds the bits of one answer, those of its whole stratum, to each pixel.
func (y *Tally) Pixels(dst []float32, a Answer, weight float64) {
	for i := range dst {
		out := diffusion.Output{Pred: a.Output.Pred[i : i+1]}
		if a.Output.Variance != nil {
			out.Variance = a.Output.Variance[i : i+1]
		}
		dst[i] += float32(weight * y.Bound.Term(a.T, y.x0[i:i+1], a.Xt[i:i+1], out))
	}
}

// BoundEquations are the bound and its term at t, which is bits: Ho et al. 2020, eq. 5.
func BoundEquations(t int, bits float64) []exhibit.Equation {
	p, q := ml.Of(symP), ml.Of(symQ)
	given := func(f, what, when string) string {
		return ml.Row(f, ml.Parens(what, ml.O("|"), when))
	}
	term := ml.Row(ml.Of(symFar), ml.Parens(given(q, ml.Of(SymPrev), ml.Row(ml.Of(SymXt), ml.O(","), ml.Of(SymX0))), ml.O("‖"), given(p, ml.Of(SymPrev), ml.Of(SymXt))))
	lt := ml.Sub(ml.I("L"), ml.N(ml.Plain(float64(t))))
	e := exhibit.Equation{
		Caption: "A term: how wrong the network’s step is, in bits",
		Symbols: ml.Line(ml.Of(SymLt), ml.O("=")) + ml.More(term),
		Numbers: ml.Line(lt, ml.O("="), ml.Number(bits)),
	}
	if t == 0 {
		e.Caption = "The last term: the byte values themselves"
		e.Symbols = ml.Line(lt, ml.O("="), ml.O("−"), ml.I("log"), given(p, ml.Of(SymX0), ml.Of(SymXt)))
	}
	return []exhibit.Equation{{
		Caption: "The bound: what the picture costs, told from noise to the end",
		Symbols: ml.Line(ml.O("−"), ml.I("log"), p, ml.Parens(ml.Of(SymX0)), ml.O("≤"), ml.Of(symPrior),
			ml.O("+"), ml.Sum(ml.Row(ml.I("t"), ml.O("&gt;"), ml.N("0")), "", ml.Of(SymLt)), ml.O("+"), ml.Of(symLast)),
	}, e}
}
