package sde

import (
	"fmt"
	"math"
)

var _ Constraint = (*Colourisation)(nil)

// Colourisation holds the grey of pictures, and lets their colours go free:
// arXiv:2011.13456, appendix I.3, as get_pc_colorizer does it. It is inpainting of the
// first of three channels into which an orthonormal matrix turns red, green and blue; that
// channel is (r + g + b)/√3. Its mean is as odd as [Inpainting]'s.
type Colourisation struct {
	Grey   []float32 // [N, 3, pixels], all three channels the same
	Pixels int       // of a picture, H·W
}

// decoupling is the code's orthonormal matrix without its rounding: columns 1/√3·(1,1,1),
// 1/√6·(−2,1,1) and 1/√2·(0,1,−1). channel j is Σ_i colour i · decoupling[i][j]; its
// inverse is its transpose.
var decoupling = func() [3][3]float64 {
	a, b, c := 1/math.Sqrt(3), 1/math.Sqrt(6), 1/math.Sqrt(2)
	return [3][3]float64{{a, -2 * b, 0}, {a, b, c}, {a, b, -c}}
}()

// Decouple turns colours into the three channels, and Couple these into colours. values:
// [N, 3, pixels], which they change.
func Decouple(values []float32, pixels int) { turn(values, pixels, false) }

// Couple is described at Decouple.
func Couple(values []float32, pixels int) { turn(values, pixels, true) }

func turn(values []float32, pixels int, back bool) {
	for first := 0; first < len(values); first += 3 * pixels {
		for p := first; p < first+pixels; p++ {
			var in, out [3]float64
			for i := range in {
				in[i] = float64(values[p+i*pixels])
			}
			for i := range in {
				for j := range out {
					if back {
						out[j] += in[i] * decoupling[j][i]
					} else {
						out[j] += in[i] * decoupling[i][j]
					}
				}
			}
			for j := range out {
				values[p+j*pixels] = float32(out[j])
			}
		}
	}
}

// Start implements Constraint: the grey without noise, and the prior's colours.
func (c *Colourisation) Start(x []float32) error {
	if c.Pixels < 1 || len(x)%(3*c.Pixels) != 0 || len(c.Grey) != len(x) {
		return fmt.Errorf("grey pictures of %d values for pictures of %d, of 3 channels and %d pixels each", len(c.Grey), len(x), c.Pixels)
	}
	c.each(x, func(i int, grey float64) { x[i] = float32(grey) })
	return nil
}

// Apply implements Constraint.
func (c *Colourisation) Apply(s SDE, t float64, x, mean, z []float32) {
	scale, std := s.Marginal(t)
	c.each(x, func(i int, grey float64) { x[i] = float32(scale*grey + std*float64(z[i])) })
	copy(mean, x)
	c.each(mean, func(i int, grey float64) { mean[i] = float32(scale * grey) })
}

// each calls set with every value of x's first channel, while x is decoupled, and with the
// grey's.
func (c *Colourisation) each(x []float32, set func(i int, grey float64)) {
	Decouple(x, c.Pixels)
	for first := 0; first < len(x); first += 3 * c.Pixels {
		for p := first; p < first+c.Pixels; p++ {
			var grey float64
			for i := range 3 {
				grey += float64(c.Grey[p+i*c.Pixels]) * decoupling[i][0]
			}
			set(p, grey)
		}
	}
	Couple(x, c.Pixels)
}
