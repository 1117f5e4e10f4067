package figures

import "math"

// Quad is four corners in a screen's pixels, clockwise. Across it goes the profile of
// a brush, from the side of the first two corners to the other.
type Quad [4][2]float32

// soft is how far a brush fades beyond its edge, in pixels of the screen.
const soft = 1

// dots are squares around points, x, y; those outside the rectangle are left out.
func dots(quads []Quad, values []float32, v View, diameter, perCSS float64) []Quad {
	r := float32(diameter*perCSS/2 + soft)
	ox, sx, oy, sy := v.linear(perCSS)
	left, top := float32(v.Place.X*perCSS), float32(v.Place.Y*perCSS)
	right, bottom := float32((v.Place.X+v.Place.W)*perCSS), float32((v.Place.Y+v.Place.H)*perCSS)
	for i := 0; i+1 < len(values); i += 2 {
		x, y := ox+sx*values[i], oy+sy*values[i+1]
		if !(x >= left && x <= right && y >= top && y <= bottom) { // NaN too
			continue
		}
		quads = append(quads, Quad{{x - r, y - r}, {x + r, y - r}, {x + r, y + r}, {x - r, y + r}})
	}
	return quads
}

// linear is the screen's place of a point: ox + sx·x, oy + sy·y.
func (v View) linear(perCSS float64) (ox, sx, oy, sy float32) {
	x0, y0 := v.At(0, 0)
	x1, y1 := v.At(1, 1)
	return float32(x0 * perCSS), float32((x1 - x0) * perCSS), float32(y0 * perCSS), float32((y1 - y0) * perCSS)
}

// Lengths of a dashed line's dashes and of the spaces between, in CSS pixels.
const (
	dash  = 6
	space = 4
)

// strokes are the segments of a line through points, x, y. A point that is no number
// interrupts it. Segments are clipped to the view.
func strokes(quads []Quad, values []float32, v View, width, perCSS float64, dashed bool) []Quad {
	along := 0.0
	for i := 0; i+3 < len(values); i += 2 {
		ax, ay := v.At(float64(values[i]), float64(values[i+1]))
		bx, by := v.At(float64(values[i+2]), float64(values[i+3]))
		ax, ay, bx, by, ok := v.clip(ax, ay, bx, by)
		if !ok {
			continue
		}
		if !dashed {
			quads = appendSegment(quads, ax, ay, bx, by, width, perCSS)
			continue
		}
		length := math.Hypot(bx-ax, by-ay)
		for at := 0.0; at < length; {
			phase := math.Mod(along+at, dash+space)
			if phase < dash {
				to := min(length, at+dash-phase)
				f, g := at/length, to/length
				quads = appendSegment(quads, ax+f*(bx-ax), ay+f*(by-ay), ax+g*(bx-ax), ay+g*(by-ay), width, perCSS)
				at = to + 1e-9
			} else {
				at += dash + space - phase
			}
		}
		along += length
	}
	return quads
}

// appendSegment appends one line between two places in CSS pixels.
func appendSegment(quads []Quad, ax, ay, bx, by, width, perCSS float64) []Quad {
	ax, ay, bx, by = ax*perCSS, ay*perCSS, bx*perCSS, by*perCSS
	length := math.Hypot(bx-ax, by-ay)
	if !(length > 0) {
		return quads
	}
	half := width*perCSS/2 + soft
	nx, ny := float32(-(by-ay)/length*half), float32((bx-ax)/length*half)
	x, y, z, w := float32(ax), float32(ay), float32(bx), float32(by)
	return append(quads, Quad{{x + nx, y + ny}, {z + nx, w + ny}, {z - nx, w - ny}, {x - nx, y - ny}})
}

// clip cuts a line to the view's place (Liang & Barsky 1984); ok is false where
// nothing is left.
func (v View) clip(ax, ay, bx, by float64) (cx, cy, dx, dy float64, ok bool) {
	from, to := 0.0, 1.0
	wx, wy := bx-ax, by-ay
	for _, edge := range [4][2]float64{
		{-wx, ax - v.Place.X}, {wx, v.Place.X + v.Place.W - ax},
		{-wy, ay - v.Place.Y}, {wy, v.Place.Y + v.Place.H - ay},
	} {
		p, q := edge[0], edge[1]
		switch {
		case math.IsNaN(p) || math.IsNaN(q), p == 0 && q < 0:
			return 0, 0, 0, 0, false
		case p < 0:
			from = max(from, q/p)
		case p > 0:
			to = min(to, q/p)
		}
	}
	if from > to {
		return 0, 0, 0, 0, false
	}
	return ax + from*wx, ay + from*wy, ax + to*wx, ay + to*wy, true
}

// arrows are shafts and heads of a field's vectors, values being x, y, u, v.
func arrows(quads []Quad, values []float32, scale float64, v View, perCSS float64) []Quad {
	const width, most = 1.0, 5.0
	for i := 0; i+3 < len(values); i += 4 {
		ax, ay := v.At(float64(values[i]), float64(values[i+1]))
		bx, by := v.At(float64(values[i])+scale*float64(values[i+2]), float64(values[i+1])+scale*float64(values[i+3]))
		length := math.Hypot(bx-ax, by-ay)
		if !(length >= 0.5) {
			continue
		}
		quads = appendSegment(quads, ax, ay, bx, by, width, perCSS)
		// The head's sides stand at 30° to the shaft.
		side := min(most, 0.4*length)
		ex, ey := (bx-ax)/length*side, (by-ay)/length*side
		const cos, sin = 0.8660254037844387, 0.5
		quads = appendSegment(quads, bx, by, bx-cos*ex+sin*ey, by-cos*ey-sin*ex, width, perCSS)
		quads = appendSegment(quads, bx, by, bx-cos*ex-sin*ey, by-cos*ey+sin*ex, width, perCSS)
	}
	return quads
}
