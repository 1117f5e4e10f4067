package plane

import (
	"fmt"
	"math"
	"strings"

	"unnoise/model/rng"
)

// Shape draws n points of a named shape; the same seed gives the same points. The
// error lists the names there are.
func Shape(name string, seed uint64, n int) ([]float32, error) {
	if n < 1 {
		return nil, fmt.Errorf("cannot draw %d points", n)
	}
	for _, s := range shapes {
		if s.name != name {
			continue
		}
		g := rng.New(seed)
		out := make([]float32, 0, 2*n)
		for range n {
			x, y := s.draw(g)
			out = append(out, float32(x), float32(y))
		}
		return out, nil
	}
	return nil, fmt.Errorf("there is no shape %q; the names are %s", name, strings.Join(Names(), ", "))
}

// swissRoll is the spiral of Sohl-Dickstein et al. 2015 (arXiv:1503.03585), Fig. 1:
// scikit-learn's make_swiss_roll seen from its end, with a little noise.
func swissRoll(g *rng.Generator) (x, y float64) {
	angle := 1.5 * math.Pi * (1 + 2*g.Float64())
	radius := angle / (4.5 * math.Pi)
	return radius*math.Cos(angle) + jitter(g, 0.02), radius*math.Sin(angle) + jitter(g, 0.02)
}

// moons are two half circles that reach into each other: scikit-learn's make_moons,
// moved and scaled into [−1, 1].
func moons(g *rng.Generator) (x, y float64) {
	angle := math.Pi * g.Float64()
	x, y = math.Cos(angle), math.Sin(angle)
	if g.Float64() < 0.5 {
		x, y = 1-x, 0.5-y
	}
	return (x-0.5)/1.5 + jitter(g, 0.03), (y-0.25)/1.5 + jitter(g, 0.03)
}

// spirals are two arms, one the other turned by half a circle.
func spirals(g *rng.Generator) (x, y float64) {
	turn := math.Sqrt(g.Float64()) * 3 * math.Pi
	radius := turn / (3 * math.Pi)
	if g.Float64() < 0.5 {
		radius = -radius
	}
	return radius*math.Cos(turn) + jitter(g, 0.015), radius*math.Sin(turn) + jitter(g, 0.015)
}

// checkerboard is the 4×4 board of which every other square is filled.
func checkerboard(g *rng.Generator) (x, y float64) {
	square := int(g.Float64() * 8)
	row := square / 2
	column := 2*(square%2) + row%2
	return (float64(column)+g.Float64())/2 - 1, (float64(row)+g.Float64())/2 - 1
}

// circles are two rings.
func circles(g *rng.Generator) (x, y float64) {
	angle := 2 * math.Pi * g.Float64()
	radius := 0.9
	if g.Float64() < 0.5 {
		radius = 0.45
	}
	return radius*math.Cos(angle) + jitter(g, 0.02), radius*math.Sin(angle) + jitter(g, 0.02)
}

// jitter is normal with this deviation, by Box–Muller (1958).
func jitter(g *rng.Generator, std float64) float64 {
	return std * math.Sqrt(-2*math.Log(1-g.Float64())) * math.Cos(2*math.Pi*g.Float64())
}
