package faces

import (
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	m "unnoise/model/mathml"
)

// frame is what is to be seen at a step.
func (b *batch) frame(step diffusion.Step) exhibit.Frame {
	elems := b.model.Elems()
	x0 := chain.X0Hat(step)
	faces, row := x0[:b.faces*elems], x0[b.faces*elems:]
	f := exhibit.Frame{
		Label: label(step.Update),
		Figures: map[string]figure.Figure{
			"faces":  b.both(step.Xt[:b.faces*elems], faces),
			"row":    b.model.Grid(row, len(b.options()), b.options()),
			"change": b.change(row),
		},
		Words: fmt.Sprintf("Faces (%s), %s: %d of them, and a row with every %s.", inWords(b.composed), label(step.Update), b.faces, attributes[b.vary].Name),
	}
	for c, name := range []string{"red", "green", "blue"} {
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: name, Name: "mean " + name, Value: meanByte(faces[:elems], c),
			Tip: "Of the first face’s x̂₀, from 0 to 255."})
	}
	last := row[len(row)-elems:]
	f.Readouts = append(f.Readouts, exhibit.Readout{ID: "changed", Name: "from first to last option", Value: chain.RMS(row[:elems], last),
		Tip: "Root mean square difference of x̂₀ between both ends of the row."})
	if b.faces > 1 {
		f.Readouts = append(f.Readouts, exhibit.Readout{ID: "apart", Name: "from the first face to the second", Value: chain.RMS(faces[:elems], faces[elems:2*elems]),
			Tip: "Root mean square difference of x̂₀ between two faces that differ only in their noise."})
	}
	return f
}

// both shows x_t above x̂₀.
func (b *batch) both(xt, x0 []float32) *figure.Pictures {
	p := b.model.Grid(append(append([]float32{}, xt...), x0...), b.faces, nil)
	p.Rows = []string{"xₜ", "x̂₀"}
	return p
}

// change is the distance of each picture of the row from its first.
func (b *batch) change(row []float32) *figure.Plot {
	elems := b.model.Elems()
	p := &figure.Plot{X: figure.Axis{Label: attributes[b.vary].Name}, Y: figure.Axis{Label: "difference", Min: 0, Max: 1}}
	for k, word := range b.options() {
		p.Bars = append(p.Bars, figure.Bar{Name: word, Value: chain.RMS(row[k*elems:(k+1)*elems], row[:elems]), Colour: figure.A})
	}
	return p
}

// meanByte is the mean of a colour of a picture, CHW in [−1, 1], from 0 to 255.
func meanByte(x []float32, channel int) float64 {
	plane := len(x) / 3
	return (chain.Mean(x[channel*plane:(channel+1)*plane]) + 1) * 127.5
}

func label(u diffusion.Update) string {
	if u.T < 0 {
		return "finished"
	}
	return fmt.Sprintf("t = %d", u.T)
}

var (
	guidedEps = m.Symbol{Math: m.Tilde(m.I("ε")), Tip: "The guided answer: the noise that the sampler is told."}
	told      = m.Symbol{Math: m.Sub(m.I("ε"), m.I("a")), Tip: "The noise in x, for somebody who knows the attributes."}
	untold    = m.Symbol{Math: m.Sub(m.I("ε"), m.I("u")), Tip: "The noise in x, for somebody who knows nothing."}
	scale     = m.Symbol{Math: m.I("s"), Tip: "The guidance: 1 is none."}
	embedding = m.Symbol{Math: m.I("e"), Tip: "What the network is told beside the picture: a vector that moves every one of its blocks."}
	ofTime    = m.Symbol{Math: m.Sub(m.I("e"), m.I("t")), Tip: "What says how much noise there is."}
	rowOf     = m.Symbol{Math: m.Sub(m.I("E"), m.I("k")), Tip: "The learned rows of attribute k, one for each option and one for “any”."}
	optionOf  = m.Symbol{Math: m.Sub(m.I("a"), m.I("k")), Tip: "The option that is chosen of attribute k."}
)

// equations are how the attributes reach the network, and guidance.
func equations(s float64, options []int) []exhibit.Equation {
	known := 0
	for _, option := range options {
		if option != diffusion.Unknown {
			known++
		}
	}
	return []exhibit.Equation{
		{
			Caption: "Everything that is said is added up: " + inWords(options) + ".",
			Symbols: m.Line(m.Of(embedding), m.O("="), m.Of(ofTime), m.O("+"), m.Sum(m.I("k"), "", m.Of(rowOf), m.Parens(m.Of(optionOf)))),
			Numbers: m.Line(embedding.Math, m.O("="), ofTime.Math, m.O("+"), m.Text(fmt.Sprintf("%d rows of options", known))) + m.More(m.O("+"), m.Text(fmt.Sprintf("%d of “any”", len(options)-known))),
		},
		{
			Caption: "Guidance, from what is made without a word to what is asked for.",
			Symbols: m.Line(m.Of(guidedEps), m.O("="), m.Of(untold), m.O("+"), m.Of(scale), m.Parens(m.Of(told), m.O("−"), untold.Math)),
			Numbers: m.Line(guidedEps.Math, m.O("="), untold.Math, m.O("+"), m.Times(m.Number(s), m.Parens(told.Math, m.O("−"), untold.Math))),
		},
	}
}
