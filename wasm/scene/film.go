package scene

import "math"

// frameGap is the least space between two frames of the film, in CSS pixels.
const frameGap = 2

// frames says which positions a film shows and where: the middle of the frame of
// position p stands at H/2 + p/(Positions−1)·(W−H) from the left, where the page
// puts the timeline's thumb.
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

// middle is the x of the middle of a position's frame.
func (f Film) middle(position int) float64 {
	along := 0.0
	if f.Positions > 1 {
		along = float64(position) / float64(f.Positions-1)
	}
	return f.Place.X + f.Place.H/2 + along*(f.Place.W-f.Place.H)
}
