package scene

import (
	"image/color"

	"unnoise/model/trajectory"
)

// noiseRange is the value at which the colours of noise end: three standard
// deviations.
const noiseRange = 3

// noiseColours are evenly spaced from −noiseRange to noiseRange. Blue and orange
// are told apart by people who cannot tell red from green, and both ends are
// equally dark. The page's key under the picture has the same five.
var noiseColours = [...]color.RGBA{
	{0x21, 0x66, 0xac, 0xff},
	{0x7f, 0xb4, 0xd8, 0xff},
	{0xf7, 0xf7, 0xf7, 0xff},
	{0xf2, 0xb1, 0x7c, 0xff},
	{0xb8, 0x55, 0x10, 0xff},
}

// noiseColour maps x to a colour; values beyond the range, and NaN, get its ends.
func noiseColour(x float32) color.RGBA {
	const last = len(noiseColours) - 1
	at := (x + noiseRange) / (2 * noiseRange) * float32(last)
	if !(at > 0) {
		return noiseColours[0]
	}
	if at >= float32(last) {
		return noiseColours[last]
	}
	k := int(at)
	a, b, f := noiseColours[k], noiseColours[k+1], at-float32(k)
	mix := func(a, b uint8) uint8 { return uint8(float32(a) + f*(float32(b)-float32(a)) + 0.5) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// paint writes one picture, CHW, as opaque pixels, 4 bytes each, row by row.
// Noise of several channels is shown by their mean.
func paint(pixels []byte, values []float32, l trajectory.Layout, m Mapping) {
	plane := l.H * l.W
	for p := range plane {
		px := pixels[4*p : 4*p+4]
		if m == AsNoise {
			sum := float32(0)
			for c := range l.C {
				sum += values[c*plane+p]
			}
			colour := noiseColour(sum / float32(l.C))
			px[0], px[1], px[2], px[3] = colour.R, colour.G, colour.B, 0xff
			continue
		}
		grey := trajectory.Byte(values[p])
		px[0], px[1], px[2], px[3] = grey, grey, grey, 0xff
		if l.C == 3 {
			px[1] = trajectory.Byte(values[plane+p])
			px[2] = trajectory.Byte(values[2*plane+p])
		}
	}
}
