package scoreblog

import (
	"math"

	"unnoise/model/figure"
)

// contour is the line on which a density has a value, by marching squares between the
// middles of its cells, over a view from −half to half. Its pieces are interrupted by
// points that are no numbers.
func contour(d *figure.Density, value float64, colour figure.Colour) figure.Path {
	p := figure.Path{Colour: colour}
	nan := float32(math.NaN())
	at := func(r, c int) float64 { return float64(d.Values[r*d.W+c]) - value }
	middle := func(r, c float64) (x, y float32) {
		return float32(-half + (c+.5)*2*half/float64(d.W)), float32(half - (r+.5)*2*half/float64(d.H))
	}
	for r := range d.H - 1 {
		for c := range d.W - 1 {
			corners := [4]float64{at(r, c), at(r, c+1), at(r+1, c+1), at(r+1, c)} // clockwise
			places := [5][2]float64{{0, 0}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}
			ends := 0
			for k, a := range corners {
				b := corners[(k+1)%4]
				if (a < 0) == (b < 0) {
					continue
				}
				share := a / (a - b)
				from, to := places[k], places[k+1]
				x, y := middle(float64(r)+from[0]+share*(to[0]-from[0]), float64(c)+from[1]+share*(to[1]-from[1]))
				p.Values = append(p.Values, x, y)
				if ends++; ends%2 == 0 {
					p.Values = append(p.Values, nan, nan)
				}
			}
		}
	}
	return p
}

// contours are a few lines of equal density, each a third of the one within.
func contours(d *figure.Density, colour figure.Colour) []figure.Path {
	var out []figure.Path
	for value := d.High * .8; len(out) < 6; value /= 3 {
		out = append(out, contour(d, value, colour))
	}
	return out
}
