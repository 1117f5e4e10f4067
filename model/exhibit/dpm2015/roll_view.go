package dpm2015

import (
	"context"

	"unnoise/model/figure"
)

// extent is how far the panels reach from the middle.
const extent = 3

// arrows is how many stand in a row of the drift field.
const arrows = 19

func square() *figure.Plane {
	axis := func(label string) figure.Axis { return figure.Axis{Label: label, Min: -extent, Max: extent} }
	return &figure.Plane{X: axis("x"), Y: axis("y"), Square: true}
}

// view is a cloud over the roll.
func (r *rollRun) view(points []float32, colour figure.Colour) *figure.Plane {
	p := square()
	p.Paths = []figure.Path{{Values: r.curve, Colour: figure.Quiet}}
	p.Clouds = []figure.Cloud{{Values: points, Colour: colour}}
	return p
}

// drift is f_μ(x, t) − x over the plane, each arrow at its own length.
func (r *rollRun) drift(ctx context.Context, t int) (*figure.Plane, error) {
	at := make([]float32, 0, 2*arrows*arrows)
	for row := range arrows {
		for column := range arrows {
			at = append(at, float32(place(column)), float32(place(row)))
		}
	}
	answer, err := r.net.AskAt(ctx, at, t)
	if err != nil {
		return nil, err
	}
	step := r.chain.Step(t)
	field := make([]float32, 0, 2*len(at))
	for i := 0; i < len(at); i += 2 {
		u, _ := step.Moments(at[i], answer.Mean[i], answer.Variance[i])
		v, _ := step.Moments(at[i+1], answer.Mean[i+1], answer.Variance[i+1])
		field = append(field, at[i], at[i+1], float32(u)-at[i], float32(v)-at[i+1])
	}
	p := square()
	p.Paths = []figure.Path{{Values: r.curve, Colour: figure.Quiet}}
	p.Arrows = []figure.Arrows{{Values: field, Scale: 1, Colour: figure.Reverse}}
	return p, nil
}

func place(i int) float64 { return -extent + (float64(i)+0.5)*2*extent/arrows }

// costs plots the divergence of every step.
func (r *rollRun) costs(now int) *figure.Plot {
	curve := figure.Curve{Colour: figure.Reverse}
	for t := 1; t < len(r.terms); t++ {
		curve.X, curve.Y = append(curve.X, float32(t)), append(curve.Y, float32(r.terms[t]))
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "t", Min: 0, Max: float64(len(r.terms) - 1)},
		Y:      figure.Axis{Label: "bits"},
		Curves: []figure.Curve{curve},
		Marks:  []figure.Mark{{Name: "now", At: float64(now), Colour: figure.Quiet}},
	}
}
