package figures

import (
	"image/color"

	"unnoise/model/figure"
	"unnoise/model/trajectory"
)

// Palette is the colours of a theme.
type Palette struct {
	Ground, Text, Line color.RGBA
	Low, High          color.RGBA // the ends of Signed
	Roles              map[figure.Colour]color.RGBA
	Accent             color.RGBA
}

// Role is the colour of a role; one that has none is drawn as text is.
func (p Palette) Role(c figure.Colour) color.RGBA {
	if found, ok := p.Roles[c]; ok {
		return found
	}
	return p.Text
}

// mix goes from a, at f = 0, to b, at f = 1 and beyond; NaN is a.
func mix(a, b color.RGBA, f float32) color.RGBA {
	if !(f > 0) {
		return a
	}
	f = min(1, f)
	of := func(a, b uint8) uint8 { return uint8(float32(a) + f*(float32(b)-float32(a)) + 0.5) }
	return color.RGBA{of(a.R, b.R), of(a.G, b.G), of(a.B, b.B), 0xff}
}

// paintPicture writes one picture, CHW, as opaque pixels of 4 bytes, row by row.
func paintPicture(pixels []byte, values []float32, p *figure.Pictures, palette Palette) {
	plane := p.H * p.W
	for i := range plane {
		var c color.RGBA
		x := values[i]
		switch p.Map {
		case figure.Signed:
			if f := x / float32(p.High); f < 0 {
				c = mix(palette.Ground, palette.Low, -f)
			} else {
				c = mix(palette.Ground, palette.High, f)
			}
		case figure.Heat:
			c = mix(palette.Ground, palette.Accent, (x-float32(p.Low))/float32(p.High-p.Low))
		default:
			grey := trajectory.Byte(x)
			c = color.RGBA{grey, grey, grey, 0xff}
			if p.C == 3 {
				c.G, c.B = trajectory.Byte(values[plane+i]), trajectory.Byte(values[2*plane+i])
			}
		}
		pixels[4*i], pixels[4*i+1], pixels[4*i+2], pixels[4*i+3] = c.R, c.G, c.B, 0xff
	}
}

// paintDensity writes a density as opaque pixels: nothing is the ground's colour, and
// High most of the way to the density's own.
func paintDensity(pixels []byte, d *figure.Density, palette Palette) {
	const strength = 0.7 // particles of the same colour stand out before it
	to := mix(palette.Ground, palette.Role(d.Colour), strength)
	for i, x := range d.Values {
		c := mix(palette.Ground, to, x/float32(d.High))
		pixels[4*i], pixels[4*i+1], pixels[4*i+2], pixels[4*i+3] = c.R, c.G, c.B, 0xff
	}
}
