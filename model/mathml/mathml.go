// Package mathml writes equations as MathML: symbols that explain themselves and
// numbers with as many digits as are legible. Arguments are MathML too, where a
// name does not say otherwise; a wrong nesting cannot be written.
package mathml

import (
	"html"
	"math"
	"strconv"
	"strings"
)

// Elements.

// I is an identifier, "x".
func I(name string) string { return "<mi>" + name + "</mi>" }

// O is an operator, "=".
func O(operator string) string { return "<mo>" + operator + "</mo>" }

// N is a number as text.
func N(number string) string { return "<mn>" + number + "</mn>" }

// Text is a word within an equation.
func Text(words string) string { return "<mtext>" + html.EscapeString(words) + "</mtext>" }

// Row puts parts beside each other.
func Row(parts ...string) string { return "<mrow>" + strings.Join(parts, "") + "</mrow>" }

// Sub is base with an index below.
func Sub(base, index string) string { return "<msub>" + base + index + "</msub>" }

// Sup is base with a power.
func Sup(base, power string) string { return "<msup>" + base + power + "</msup>" }

// SubSup is base with both.
func SubSup(base, index, power string) string {
	return "<msubsup>" + base + index + power + "</msubsup>"
}

// Sqrt is a square root.
func Sqrt(parts ...string) string { return "<msqrt>" + Row(parts...) + "</msqrt>" }

// Frac is a fraction.
func Frac(over, under string) string { return "<mfrac>" + over + under + "</mfrac>" }

// Sum is a sum with what runs below its sign and, unless "", to what above it.
func Sum(below, above string, parts ...string) string {
	sign := "<munder>" + O("∑") + below + "</munder>"
	if above != "" {
		sign = "<munderover>" + O("∑") + below + above + "</munderover>"
	}
	return Row(sign, Row(parts...))
}

// Prime is base′.
func Prime(base string) string { return Row(base, `<mo lspace="0" rspace="0">′</mo>`) }

// Hat is base with a circumflex: an estimate.
func Hat(base string) string { return `<mover accent="true">` + base + "<mo>^</mo></mover>" }

// Bar is base with a bar: a product up to t.
func Bar(base string) string { return `<mover accent="true">` + base + "<mo>¯</mo></mover>" }

// Tilde is base with a tilde.
func Tilde(base string) string { return `<mover accent="true">` + base + "<mo>~</mo></mover>" }

// Parens puts parts in parentheses.
func Parens(parts ...string) string { return Row(O("("), Row(parts...), O(")")) }

// Norm puts parts between double bars.
func Norm(parts ...string) string { return Row(O("‖"), Row(parts...), O("‖")) }

// Times writes a number before what it multiplies.
func Times(number, factor string) string {
	return Row(number, `<mspace width="0.2em"></mspace>`, factor)
}

// Plus writes a term of a sum: a number, its sign as an operator before it, times
// a factor.
func Plus(x float64, factor string) string {
	if x < 0 {
		return O("−") + Times(Number(-x), factor)
	}
	return O("+") + Times(Number(x), factor)
}

// Line is a formula on a line of its own; More is one that goes on.
func Line(parts ...string) string { return line("line", parts) }

// More is a line that goes on the one before.
func More(parts ...string) string { return line("line more", parts) }

func line(class string, parts []string) string {
	return `<div class="` + class + `"><math displaystyle="true">` + Row(parts...) + "</math></div>"
}

// Symbol is a quantity of the equations: how it is written, and what it is.
type Symbol struct {
	Math string // MathML
	Tip  string // a sentence
}

// Of writes a symbol that explains itself when pointed at or focused.
func Of(s Symbol) string {
	return `<mrow class="sym" tabindex="0" data-tip="` + html.EscapeString(s.Tip) + `">` + s.Math + "</mrow>"
}

// Number writes x with four significant digits: 0.07859, 4.036·10⁻⁵.
func Number(x float64) string {
	mantissa, exponent := digits(x)
	if exponent == 0 {
		return N(mantissa)
	}
	sign := ""
	if exponent < 0 {
		sign, exponent = O("−"), -exponent
	}
	return Row(N(mantissa), O("·"), Sup(N("10"), Row(sign, N(strconv.Itoa(exponent)))))
}

// Plain writes x as Number does, as text.
func Plain(x float64) string {
	mantissa, exponent := digits(x)
	if exponent == 0 {
		return mantissa
	}
	return mantissa + " × 10" + superscript(exponent)
}

// Readout writes x as text for a table of figures: a whole number of up to twelve digits as
// people write it, 300,000, and any other as Plain does. Equations keep Number's form.
func Readout(x float64) string {
	if a := math.Abs(x); a < 1e4 || a >= 1e12 || a != math.Trunc(a) {
		return Plain(x)
	}
	text := strconv.FormatFloat(math.Abs(x), 'f', 0, 64)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	if x < 0 {
		return "−" + text
	}
	return text
}

// digits splits x into four significant digits and a power of ten, which is 0
// where the number is as legible without.
func digits(x float64) (mantissa string, exponent int) {
	switch a := math.Abs(x); {
	case math.IsInf(x, 1):
		return "∞", 0
	case math.IsInf(x, -1):
		return "−∞", 0
	case a >= 1e4 && a < 1e5: // five digits are as short as a power
		return strings.Replace(strconv.FormatFloat(x, 'f', 0, 64), "-", "−", 1), 0
	case a == 0 || a >= 1e-3 && a < 1e5 || math.IsNaN(x):
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
