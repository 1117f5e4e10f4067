package page

import (
	"math"
	"strconv"
	"strings"
)

// Elements of MathML. Their arguments are MathML too.

func mi(name string) string           { return "<mi>" + name + "</mi>" }
func mo(operator string) string       { return "<mo>" + operator + "</mo>" }
func mn(number string) string         { return "<mn>" + number + "</mn>" }
func mrow(parts ...string) string     { return "<mrow>" + strings.Join(parts, "") + "</mrow>" }
func msub(base, index string) string  { return "<msub>" + base + index + "</msub>" }
func msqrt(parts ...string) string    { return "<msqrt>" + mrow(parts...) + "</msqrt>" }
func mfrac(over, under string) string { return "<mfrac>" + over + under + "</mfrac>" }
func prime(base string) string        { return mrow(base, `<mo lspace="0" rspace="0">′</mo>`) }
func hat(base string) string          { return `<mover accent="true">` + base + "<mo>^</mo></mover>" }
func bar(base string) string          { return `<mover accent="true">` + base + "<mo>¯</mo></mover>" }
func parens(parts ...string) string   { return mrow(mo("("), mrow(parts...), mo(")")) }

// times writes a number before what it multiplies.
func times(number, factor string) string {
	return mrow(number, `<mspace width="0.2em"></mspace>`, factor)
}

// line is a formula on a line of its own; more is one that goes on.
func line(parts ...string) string { return mathLine("line", parts) }
func more(parts ...string) string { return mathLine("line more", parts) }

func mathLine(class string, parts []string) string {
	return `<div class="` + class + `"><math displaystyle="true">` + mrow(parts...) + "</math></div>"
}

// symbol is a quantity of the equations: how it is written, and what it is.
type symbol struct {
	math, name, tip string
}

// The symbols, in the notation of package diffusion. t′ is the timestep that a
// step leads to, which is t − 1 only where no step is left out.
var (
	symT     = symbol{mi("t"), "timestep", "The trained timestep: from 999, pure noise, down to 0, almost none."}
	symPrevT = symbol{prime(mi("t")), "next timestep", "The timestep this step leads to. With all 1000 steps it is t − 1; with fewer, steps are left out."}
	symXt    = symbol{msub(mi("x"), mi("t")), "noisy picture", "The picture as the sampler has it now: some signal, some noise."}
	symXPrev = symbol{msub(mi("x"), prime(mi("t"))), "result of the step", "The picture after this step, a little less noisy. It is x_t of the next one."}
	symX0    = symbol{msub(mi("x"), mn("0")), "clean picture", "The picture without noise."}
	symX0Hat = symbol{msub(hat(mi("x")), mn("0")), "guess", "The finished picture as the network guesses it from x_t alone, clamped to black and white."}
	symEps   = symbol{mi("ε"), "noise", "Independent normal numbers, one per pixel. Here they stay the same at every t."}
	symEHat  = symbol{hat(mi("ε")), "predicted noise", "The noise that the network sees in x_t."}
	symEC    = symbol{msub(hat(mi("ε")), mi("c")), "with the class", "The network’s answer when it is told the class."}
	symEU    = symbol{msub(hat(mi("ε")), mi("u")), "without", "The network’s answer when it is told no class."}
	symS     = symbol{mi("s"), "guidance scale", "How far to go from the answer without the class towards the one with it. 1 is plain sampling; more obeys the class better, with less variety."}
	symAB    = symbol{msub(bar(mi("α")), mi("t")), "signal kept", "The share of the signal’s variance that is left at t. 1 is a clean picture, 0 pure noise."}
	symABP   = symbol{msub(bar(mi("α")), prime(mi("t"))), "signal kept next", "The share of the signal’s variance after this step."}
	symAT    = symbol{msub(mi("α"), mi("t")), "", "One step’s share of the signal: ᾱ_t divided by ᾱ_t′."}
	symBeta  = symbol{msub(mi("β"), mi("t")), "", "The noise that one step adds on the way up: 1 − α_t."}
	symSigma = symbol{msub(mi("σ"), mi("t")), "fresh noise", "The standard deviation of the fresh noise that this step adds."}
	symEta   = symbol{mi("η"), "share of DDPM’s", "How much fresh noise DDIM adds: 0 is none, so that the seed decides everything; 1 is as much as DDPM."}
	symZ     = symbol{mi("z"), "", "Fresh normal noise, drawn anew in every step."}

	symX0Before = symbol{msub(hat(mi("x")), mrow(mn("0"), mo(","), `<mtext>before</mtext>`)), "guess before", "The network’s guess in the step before."}
	symX0Next   = symbol{prime(msub(hat(mi("x")), mn("0"))), "second guess", "The network’s guess from where the straight line leads, at t′."}
	symTried    = symbol{"<msubsup>" + mi("x") + prime(mi("t")) + mo("*") + "</msubsup>", "tried", "Where the straight line leads. The network is asked again there."}
	symAhead    = symbol{mi("k"), "", "How far the line through both guesses is followed: half this step’s length in log σ for one of the step before."}
	symLevel    = symbol{mrow(mi("σ"), parens(mi("t"))), "noise level", "The noise in the picture for one part of signal: √((1 − ᾱ_t) / ᾱ_t)."}
	symLevelP   = symbol{mrow(mi("σ"), parens(prime(mi("t")))), "noise level next", "The noise level after this step."}

	symSignal = symbol{msqrt(symAB.math), "of the picture", "What each value of the picture is multiplied by: the root of the signal kept, since variance goes with the square."}
	symNoise  = symbol{msqrt(mn("1"), mo("−"), symAB.math), "of the noise", "The standard deviation of the noise that is added."}
	symSNR    = symbol{"<mtext>SNR</mtext>", "signal to noise", "The signal’s variance for one of the noise’s: ᾱ_t / (1 − ᾱ_t). Below 1 there is more noise than picture."}
)

// of writes a symbol that explains itself when pointed at or focused.
func of(s symbol) string {
	return `<mrow class="sym"` + tabStop + tipStart + s.tip + `">` + s.math + "</mrow>"
}

const (
	tipStart = ` data-tip="`
	tabStop  = ` tabindex="0"`
)

// stopOnce leaves each symbol in the order of the tab key only where it stands
// first, in an equation or in the table.
func (e *Explanation) stopOnce() {
	blocks := e.Blocks
	seen := map[string]bool{}
	for k := range blocks {
		var out strings.Builder
		rest := blocks[k].Symbols
		for {
			before, after, found := strings.Cut(rest, tabStop+tipStart)
			out.WriteString(before)
			if !found {
				break
			}
			tip, _, _ := strings.Cut(after, `"`)
			if !seen[tip] {
				out.WriteString(tabStop)
			}
			seen[tip] = true
			out.WriteString(tipStart)
			rest = after
		}
		blocks[k].Symbols = out.String()
	}
	for k := range e.Values {
		tip := e.Values[k].Tip
		e.Values[k].Stop = !seen[tip]
		seen[tip] = true
	}
}

// Number writes x with four significant digits, as text: "0.07859", "4.036 × 10⁻⁵".
func Number(x float64) string {
	mantissa, exponent := digits(x)
	if exponent == 0 {
		return mantissa
	}
	return mantissa + " × 10" + superscript(exponent)
}

// number is Number in MathML.
func number(x float64) string {
	mantissa, exponent := digits(x)
	if exponent == 0 {
		return mn(mantissa)
	}
	sign := ""
	if exponent < 0 {
		sign, exponent = mo("−"), -exponent
	}
	return mrow(mn(mantissa), mo("·"), "<msup>", mn("10"), mrow(sign, mn(strconv.Itoa(exponent))), "</msup>")
}

// digits splits x into four significant digits and a power of ten, which is 0
// where the number is as legible without.
func digits(x float64) (mantissa string, exponent int) {
	if a := math.Abs(x); a == 0 || a >= 1e-3 && a < 1e5 {
		return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "−", 1), 0
	}
	text := strconv.FormatFloat(x, 'e', 3, 64)
	mantissa, power, _ := strings.Cut(text, "e")
	exponent, _ = strconv.Atoi(power)
	return strings.Replace(mantissa, "-", "−", 1), exponent
}

func superscript(n int) string {
	return strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
}

// plus writes a term of a sum: a number, its sign as an operator before it, times
// a factor.
func plus(x float64, factor string) string {
	if x < 0 {
		return mo("−") + times(number(-x), factor)
	}
	return mo("+") + times(number(x), factor)
}
