package guidance

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/run"
)

// Grid is the same noise under more and more guidance, on pictures.
var Grid = &exhibit.Exhibit{
	ID: "guidance-pictures", Title: "Guidance on pictures", Year: 2021, References: []int{6},
	Sentences: [3]string{
		"Each row starts from one and the same noise; from left to right the guidance grows.",
		"Without it the network makes anything plausible, at its usual strength the class becomes unmistakable, and with far too much the picture turns hard and white.",
		"Every picture takes two answers of the network a step: one with the class and one without.",
	},
	Models: []string{"fashion"},
	Controls: []exhibit.Control{
		chain.ClassControl("sneaker"),
		{ID: "rows", Kind: exhibit.Number, Label: "Rows", Default: "3", Modest: "1", Min: 1, Max: 8, Tip: "How many noises are tried, each in a row of its own."},
		{ID: "most", Kind: exhibit.Choice, Label: "Up to", Default: "8", Tip: "The guidance of the last column, s.",
			Options: []exhibit.Option{{ID: "4", Label: "s = 4"}, {ID: "8", Label: "s = 8"}, {ID: "16", Label: "s = 16"}}},
		{ID: "columns", Kind: exhibit.Number, Label: "Columns", Default: "7", Modest: "4", Min: 2, Max: 9, Tip: "How many scales are tried, evenly from s = 0, no class at all."},
		chain.StepsControl("30", "8"),
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Bags", Tip: "The same noises as bags.", Values: map[string]string{"class": "bag"}},
		{Name: "Too much", Tip: "Up to s = 16.", Values: map[string]string{"most": "16"}},
	},
	Panels: []exhibit.Panel{
		{ID: "pictures", Title: "One noise a row, one scale a column", Wide: true, Tip: "xₜ, and at the end the picture."},
		{ID: "effect", Title: "What guidance does to the pictures", Tip: "How much of the finished picture, as the network guesses it, is fully white, and how far it is from the first column’s."},
	},
	Timeline: "t",
	Run:      runGrid,
	Quick:    map[string]string{"rows": "1", "columns": "2", "steps": "3", "most": "4"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "brightness"},
		{Control: "class", Value: "bag", Readout: "brightness"},
	},
}

// scales gives every picture of a batch a guidance scale of its own. It implements
// diffusion.Predictor.
type scales struct {
	net  diffusion.Predictor
	each []float64 // s
}

// Predict implements diffusion.Predictor.
func (g *scales) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	n := len(t)
	class := append(append([]int{}, cond.Class...), chain.Same(diffusion.NoClass, n)...)
	out, err := g.net.Predict(ctx, append(append([]float32{}, xs...), xs...), append(append([]float64{}, t...), t...), diffusion.Cond{Class: class})
	if err != nil {
		return diffusion.Output{}, err
	}
	pred := make([]float32, len(xs))
	size := len(xs) / n
	for k, s := range g.each {
		with, without := out.Pred[k*size:(k+1)*size], out.Pred[len(xs)+k*size:len(xs)+(k+1)*size]
		diffusion.Combine(pred[k*size:(k+1)*size], without, with, 1-s, s)
	}
	return diffusion.Output{Pred: pred}, nil
}

func runGrid(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	model, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	rows, columns, most := s.Int("rows"), s.Int("columns"), s.Float("most")
	n, size := rows*columns, model.Elems()
	net := &scales{net: model.Net, each: make([]float64, n)}
	start := make([]float32, n*size)
	captions := make([]string, n)
	for k := range n {
		scale := most * float64(k%columns) / float64(columns-1)
		net.each[k] = scale
		run.StartNoise(start[k*size:(k+1)*size], s.Seed("seed"), k/columns)
		if k < columns {
			captions[k] = fmt.Sprintf("s = %.3g", scale)
		}
	}
	chained := &chain.Run{
		Net:     net,
		Updates: diffusion.DDIMUpdates(model.Respaced(s.Int("steps")), model.Reading, 0),
		Start:   diffusion.Start{Xt: start},
		Class:   chain.Same(chain.Class(s), n),
	}
	return chained.Walk(ctx, func(step diffusion.Step) error {
		x0 := chain.X0Hat(step)
		shown := step.Xt
		f := exhibit.Frame{
			Index: step.I, Total: len(chained.Updates) + 1, Label: label(step.Update),
			Figures: map[string]figure.Figure{
				"pictures": model.Grid(append([]float32{}, shown...), columns, captions),
				"effect":   effect(x0, net.each[:columns], rows, columns, size),
			},
			Equations: equations(most-1, step.Update),
			Readouts: []exhibit.Readout{
				{ID: "brightness", Name: "mean of all pictures", Value: chain.Mean(x0), Tip: "Of x̂₀, from −1, black, to 1, white."},
				{ID: "saturated", Name: "saturated at the largest scale", Value: 100 * saturated(x0, rows, columns, columns-1, size), Unit: "%", Tip: "The share of pixels brighter than 0.95, in the last column."},
				{ID: "moved", Name: "moved by the largest scale", Value: moved(x0, rows, columns, columns-1, size), Tip: "Root mean square difference of x̂₀ between the last column and the first."},
			},
			Words: fmt.Sprintf("%d rows of %d pictures under growing guidance, %s.", rows, columns, label(step.Update)),
		}
		emit(f)
		return nil
	})
}

// effect plots saturation and movement over the scale.
func effect(x0 []float32, scale []float64, rows, columns, size int) *figure.Plot {
	bright := figure.Curve{Name: "share of white pixels", Colour: figure.A}
	far := figure.Curve{Name: "distance from the first column", Colour: figure.B}
	for k, s := range scale {
		bright.X, bright.Y = append(bright.X, float32(s)), append(bright.Y, float32(saturated(x0, rows, columns, k, size)))
		far.X, far.Y = append(far.X, float32(s)), append(far.Y, float32(moved(x0, rows, columns, k, size)))
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "s", Min: 0, Max: scale[len(scale)-1]},
		Y:      figure.Axis{Min: 0, Max: max(1.2, 1.05*float64(slices.Max(far.Y)))},
		Curves: []figure.Curve{bright, far},
	}
}

// saturated is the share of white pixels in a column.
func saturated(x0 []float32, rows, columns, column, size int) float64 {
	count := 0
	for r := range rows {
		for _, v := range x0[(r*columns+column)*size:][:size] {
			if v > 0.95 {
				count++
			}
		}
	}
	return float64(count) / float64(rows*size)
}

// moved is the distance of a column from the first.
func moved(x0 []float32, rows, columns, column, size int) float64 {
	var sum float64
	for r := range rows {
		d := chain.RMS(x0[(r*columns+column)*size:][:size], x0[r*columns*size:][:size])
		sum += d * d
	}
	return math.Sqrt(sum / float64(rows))
}
