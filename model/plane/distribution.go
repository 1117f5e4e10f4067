package plane

import "unnoise/model/rng"

// Distribution is data in the plane that is known exactly.
type Distribution interface {
	// Sample draws n points, 2n values.
	Sample(g *rng.Generator, n int) []float32
	// At is the distribution of x_t = √ᾱ·x_0 + √(1−ᾱ)·ε.
	At(alphaBar float64) Noised
	// Spread is the distribution of x_0 + σ·ε.
	Spread(sigma float64) Noised
}

// shapes lists the named distributions in the order in which a menu shows them.
var shapes = []struct {
	name string
	draw func(g *rng.Generator) (x, y float64)
}{
	{"swiss roll", swissRoll},
	{"moons", moons},
	{"spirals", spirals},
	{"checkerboard", checkerboard},
	{"circles", circles},
}

// Names lists the shapes that [Shape] knows.
func Names() []string {
	out := make([]string, len(shapes))
	for i, s := range shapes {
		out[i] = s.name
	}
	return out
}
