package laboratory

import (
	"fmt"
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/plane"
	"unnoise/model/plane/letters"
)

// strokeStd is the deviation of a drawing's Gaussians: a pen of some width.
const strokeStd = .03

// dataControls choose the distribution.
func dataControls(initial string) []exhibit.Control {
	options := make([]exhibit.Option, 0, 12)
	for _, e := range plane.Gallery() {
		options = append(options, exhibit.Option{ID: e.ID, Label: e.Name})
	}
	options = append(options,
		exhibit.Option{ID: "letters", Label: "Letters", Tip: "Up to three characters that you type."},
		exhibit.Option{ID: "draw", Label: "Draw your own", Tip: "What you draw on the panel of the data."})
	return []exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Data", Default: initial, Options: options,
			Tip: "The distribution that the points x₀ are drawn from. Each is a sum of small round Gaussians, so that its density is known exactly at every noise level."},
		{ID: "letters", Kind: exhibit.Text, Label: "Letters", Default: "xt", Max: 3, When: exhibit.Condition{Control: "data", Values: []string{"letters"}},
			Tip: "Up to three characters: Latin, Greek or Cyrillic letters, digits, signs."},
		{ID: "drawing", Kind: exhibit.Drawing, Label: "Drawing", Default: heart(), When: exhibit.Condition{Control: "data", Values: []string{"draw"}},
			Tip: "The points drawn on the panel of the data, each a small Gaussian. Of many points, 400 are used, evenly."},
		{ID: "softness", Kind: exhibit.Range, Label: "Softness", Default: "1", Min: 0, Max: 3, Step: .25,
			Tip: "Multiplies the width of the small Gaussians. At 0 they are points, like a data set: the exact reverse process then only finds these points again. It has memorised them."},
	}
}

// heart is what stands on the panel before anything is drawn.
func heart() string {
	const n = 90
	xy := make([]float32, 0, 2*n)
	for k := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / n)
		cos2, cos3, cos4 := 2*cos*cos-1, 4*cos*cos*cos-3*cos, 8*cos*cos*cos*cos-8*cos*cos+1
		y := (13*cos-5*cos2-2*cos3-cos4)/17 + .15
		xy = append(xy, float32(16*sin*sin*sin/17), float32(y))
	}
	return exhibit.EncodePoints(xy)
}

// data is the chosen distribution.
type data struct {
	*plane.Mixture
	modes int    // how many separate ones it has; 0 for a shape
	name  string // for sentences: "Two moons"
}

// choose reads the controls. It returns nil where nothing has been drawn yet.
func choose(s exhibit.State) (*data, error) {
	var out data
	var err error
	switch id := s.Text("data"); id {
	case "letters":
		out.name = fmt.Sprintf("The letters “%s”", s.Text("letters"))
		out.Mixture, err = letters.Mixture(s.Text("letters"))
	case "draw":
		out.name = "Your drawing"
		points := s.Points("drawing")
		if len(points) == 0 {
			return nil, nil
		}
		out.Mixture, err = plane.Drawn(points, strokeStd)
	default:
		var e plane.Entry
		if e, err = plane.Find(id); err == nil {
			out = data{e.Mixture(), e.Modes, e.Name}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	out.Mixture = out.Soften(s.Float("softness"))
	return &out, nil
}
