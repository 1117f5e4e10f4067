package figure

import "fmt"

// Map says how a value of a picture becomes a colour.
type Map string

// The maps. Tone is a picture's own: −1 black, 1 white, or RGB with three
// channels. Signed is for values around 0, Low = −High: one hue below, another
// above, white or black between. Heat rises from the ground's colour at Low to the
// accent at High.
const (
	Tone   Map = "tone"
	Signed Map = "signed"
	Heat   Map = "heat"
)

// Pictures is a grid of pictures of one size, filled row by row.
type Pictures struct {
	C, H, W   int // C is 1 or 3; 3 only with Tone
	Columns   int
	Values    []float32 // N pictures, NCHW
	Map       Map
	Low, High float64  // of Signed and Heat
	Captions  []string // one for each picture, or none
	Rows      []string // one for each row, or none: what stands before it
}

// N is the number of pictures.
func (p *Pictures) N() int { return len(p.Values) / max(1, p.C*p.H*p.W) }

// Check implements Figure.
func (p *Pictures) Check() error {
	size := p.C * p.H * p.W
	switch {
	case size <= 0 || len(p.Values) == 0 || len(p.Values)%size != 0:
		return fmt.Errorf("%d values are not pictures of %d×%d×%d", len(p.Values), p.C, p.H, p.W)
	case p.C != 1 && (p.C != 3 || p.Map != Tone):
		return fmt.Errorf("pictures of %d channels with the colour map %q", p.C, p.Map)
	case p.Columns < 1:
		return fmt.Errorf("pictures in %d columns", p.Columns)
	case p.Map != Tone && !(p.Low < p.High):
		return fmt.Errorf("the colour map %q from %g to %g is empty", p.Map, p.Low, p.High)
	case p.Captions != nil && len(p.Captions) != p.N():
		return fmt.Errorf("%d captions for %d pictures", len(p.Captions), p.N())
	case p.Rows != nil && len(p.Rows) != (p.N()+p.Columns-1)/p.Columns:
		return fmt.Errorf("%d names for %d rows of pictures", len(p.Rows), (p.N()+p.Columns-1)/p.Columns)
	}
	return nil
}
