package sde

import "math"

// Slerp writes the point of the arc from a to b at u, 0 to 1, into dst: how the paper mixes
// latents, which keeps their norm (appendix D.4). All have the same length; dst may alias a
// or b. Where a and b are parallel the line between them is taken.
func Slerp(dst, a, b []float32, u float64) {
	var aa, bb, ab float64
	for i := range a {
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
		ab += float64(a[i]) * float64(b[i])
	}
	angle := math.Acos(max(-1, min(1, ab/math.Sqrt(aa*bb))))
	ofA, ofB := 1-u, u
	if sin := math.Sin(angle); sin > 1e-6 {
		ofA, ofB = math.Sin((1-u)*angle)/sin, math.Sin(u*angle)/sin
	}
	for i := range dst {
		dst[i] = float32(ofA*float64(a[i]) + ofB*float64(b[i]))
	}
}

// Temper multiplies latents by the root of a temperature: pictures of below 1 are the more
// probable ones, as the paper scales the norm of its latents (appendix D.4). The prior's
// variance becomes that times as large.
func Temper(latents []float32, temperature float64) {
	for i, v := range latents {
		latents[i] = float32(math.Sqrt(temperature) * float64(v))
	}
}
