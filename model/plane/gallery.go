package plane

import (
	"fmt"
	"math"
	"strings"
)

// Entry is a mixture of the gallery.
type Entry struct {
	ID, Name string
	// Modes is how many separate modes it has, one for each component; 0 where it is
	// a shape, whose components overlap.
	Modes int
	build func() []Gaussian
}

// Gallery lists the mixtures that have a name, in the order of a menu: the shapes of
// [Names] as rows of small Gaussians, so that their densities are smooth and known
// exactly, and mixtures whose modes can be counted.
func Gallery() []Entry {
	return []Entry{
		{"swiss-roll", "Swiss roll", 0, softRoll},
		{"moons", "Two moons", 0, softMoons},
		{"spirals", "Two spirals", 0, softSpirals},
		{"checkerboard", "Checkerboard", 0, softBoard},
		{"circles", "Two circles", 0, softCircles},
		{"two", "Two Gaussians", 2, func() []Gaussian {
			return []Gaussian{{2, -.6, -.1, .12}, {1, .6, .1, .12}}
		}},
		{"three", "Three Gaussians", 3, func() []Gaussian {
			return []Gaussian{{1, 0, .7, .12}, {1, -.65, -.4, .12}, {1, .65, -.4, .12}}
		}},
		{"ring", "Eight in a ring", 8, func() []Gaussian { return ring(8, .85, .06) }},
		{"grid", "A grid of 25", 25, func() []Gaussian { return grid(5, .04) }},
	}
}

// Mixture is the entry's mixture.
func (e Entry) Mixture() *Mixture {
	m, err := NewMixture(e.build()...)
	if err != nil {
		panic(fmt.Sprintf("the gallery's %q: %v", e.ID, err)) // the table above is wrong
	}
	return m
}

// Find returns the entry of an id. The error lists the ids there are.
func Find(id string) (Entry, error) {
	var ids []string
	for _, e := range Gallery() {
		if e.ID == id {
			return e, nil
		}
		ids = append(ids, e.ID)
	}
	return Entry{}, fmt.Errorf("the gallery has no %q; it has %s", id, strings.Join(ids, ", "))
}

// The rows of Gaussians stand less than two deviations apart, where their sum ripples
// by less than 2 %.

// softRoll is swissRoll.
func softRoll() []Gaussian {
	const n = 256
	return row(n, .02, 1, func(u float64) (x, y float64) {
		angle := 1.5 * math.Pi * (1 + 2*u)
		radius := angle / (4.5 * math.Pi)
		return radius * math.Cos(angle), radius * math.Sin(angle)
	})
}

// softMoons is moons.
func softMoons() []Gaussian {
	const n = 64
	upper := row(n, .03, 1, func(u float64) (x, y float64) {
		sin, cos := math.Sincos(math.Pi * u)
		return (cos - .5) / 1.5, (sin - .25) / 1.5
	})
	lower := row(n, .03, 1, func(u float64) (x, y float64) {
		sin, cos := math.Sincos(math.Pi * u)
		return (.5 - cos) / 1.5, (.25 - sin) / 1.5
	})
	return append(upper, lower...)
}

// softSpirals is spirals.
func softSpirals() []Gaussian {
	const n = 176
	arm := func(sign float64) []Gaussian {
		return row(n, .015, 1, func(u float64) (x, y float64) {
			turn := math.Sqrt(u) * 3 * math.Pi
			radius := sign * turn / (3 * math.Pi)
			return radius * math.Cos(turn), radius * math.Sin(turn)
		})
	}
	return append(arm(1), arm(-1)...)
}

// softCircles is circles.
func softCircles() []Gaussian {
	circle := func(n int, radius float64) []Gaussian {
		return row(n, .02, 1, func(u float64) (x, y float64) {
			sin, cos := math.Sincos(2 * math.Pi * u)
			return radius * cos, radius * sin
		})
	}
	return append(circle(160, .9), circle(80, .45)...)
}

// softBoard is checkerboard: each filled square is a lattice of Gaussians, so that
// its edges are soft.
func softBoard() []Gaussian {
	const n, side = 7, .5
	var out []Gaussian
	for square := range 8 {
		r := square / 2
		c := 2*(square%2) + r%2
		for k := range n * n {
			x := (float64(c)+(float64(k%n)+.5)/n)*side - 1
			y := (float64(r)+(float64(k/n)+.5)/n)*side - 1
			out = append(out, Gaussian{1, x, y, side / n / 2})
		}
	}
	return out
}

// row is n Gaussians along a curve over 0 < u < 1, with this weight in all.
func row(n int, std, weight float64, curve func(u float64) (x, y float64)) []Gaussian {
	out := make([]Gaussian, n)
	for k := range out {
		x, y := curve((float64(k) + .5) / float64(n))
		out[k] = Gaussian{weight / float64(n), x, y, std}
	}
	return out
}

func ring(n int, radius, std float64) []Gaussian {
	out := make([]Gaussian, n)
	for k := range out {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(n))
		out[k] = Gaussian{1, radius * cos, radius * sin, std}
	}
	return out
}

func grid(n int, std float64) []Gaussian {
	var out []Gaussian
	at := func(k int) float64 { return 1.8*float64(k)/float64(n-1) - .9 }
	for k := range n * n {
		out = append(out, Gaussian{1, at(k % n), at(k / n), std})
	}
	return out
}
