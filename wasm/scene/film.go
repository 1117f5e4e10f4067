package scene

import "math"

// frameGap is the least space between two frames of the film, in CSS pixels.
const frameGap = 2

// frames says which positions a film shows. Where there is not room for all, each
// of as many frames as fit, evenly spaced, shows the position nearest to its place.
func (f Film) frames() []int {
	if f.Positions < 1 || f.Place.Empty() {
		return nil
	}
	room := int((f.Place.W-f.Place.H)/(f.Place.H+frameGap)) + 1
	n := max(1, min(f.Positions, room))
	out := make([]int, n)
	for k := range out {
		if n > 1 {
			out[k] = int(math.Round(float64(k*(f.Positions-1)) / float64(n-1)))
		}
	}
	return out
}

// middle is the x of the middle of the k-th of n frames, which are evenly spaced:
// the first at the left end of the film, the last at its right end. Of all
// positions, it is where the page puts the timeline's thumb.
func (f Film) middle(k, n int) float64 {
	along := 0.0
	if n > 1 {
		along = float64(k) / float64(n-1)
	}
	return f.Place.X + f.Place.H/2 + along*(f.Place.W-f.Place.H)
}
