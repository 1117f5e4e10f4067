package letters

import (
	"fmt"
	"image"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"unnoise/model/plane"
)

// letterFont is Go Bold (Bigelow & Holmes, BSD licence).
var letterFont = sync.OnceValues(func() (*sfnt.Font, error) { return opentype.Parse(gobold.TTF) })

// mostLetters is how many characters there is room for.
const mostLetters = 8

// Mixture is one in the form of a few characters: Gaussians on a lattice, each
// as likely as its cell is covered. The error names a character that the font lacks.
func Mixture(text string) (*plane.Mixture, error) {
	const height = 96 // in pixels; cells have several
	if n := len([]rune(text)); n < 1 || n > mostLetters {
		return nil, fmt.Errorf("%d characters; there is room for 1 to %d", n, mostLetters)
	}
	ink, err := rasterise(text, height)
	if err != nil {
		return nil, err
	}
	size := ink.Bounds().Size()
	// As many cells as give some 350 components, whatever the letters cover.
	const wanted = 350
	var covered float64
	for _, a := range ink.Pix {
		covered += float64(a) / 255
	}
	if covered == 0 {
		return nil, fmt.Errorf("%q leaves no ink", text)
	}
	cell := max(1, intSqrt(covered/wanted))
	scale := 2 / float64(max(size.X, size.Y)) // the longer side spans [−1, 1]
	var out []plane.Gaussian
	for top := 0; top < size.Y; top += cell {
		for left := 0; left < size.X; left += cell {
			mean := coverage(ink, left, top, cell)
			if mean < .25 {
				continue
			}
			x := (float64(left) + float64(cell)/2 - float64(size.X)/2) * scale
			y := (float64(size.Y)/2 - float64(top) - float64(cell)/2) * scale
			out = append(out, plane.Gaussian{Weight: mean, X: x, Y: y, Std: float64(cell) * scale / 2})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%q leaves too little ink", text)
	}
	return plane.NewMixture(out...)
}

func intSqrt(x float64) int {
	n := 1
	for float64((n+1)*(n+1)) <= x {
		n++
	}
	return n
}

// rasterise draws text, cut to its ink.
func rasterise(text string, height float64) (*image.Alpha, error) {
	f, err := letterFont()
	if err != nil {
		return nil, fmt.Errorf("the letters' font: %w", err)
	}
	var buffer sfnt.Buffer
	for _, r := range text {
		if index, err := f.GlyphIndex(&buffer, r); err != nil || index == 0 {
			return nil, fmt.Errorf("the font has no character %q", r)
		}
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: height, DPI: 72})
	if err != nil {
		return nil, fmt.Errorf("the letters' font: %w", err)
	}
	defer face.Close()
	box, _ := font.BoundString(face, text)
	area := image.Rect(0, 0, (box.Max.X - box.Min.X).Ceil(), (box.Max.Y - box.Min.Y).Ceil())
	if area.Empty() {
		return nil, fmt.Errorf("%q leaves no ink", text)
	}
	ink := image.NewAlpha(area)
	d := font.Drawer{Dst: ink, Src: image.Opaque, Face: face, Dot: fixed.Point26_6{X: -box.Min.X, Y: -box.Min.Y}}
	d.DrawString(text)
	return ink, nil
}

// coverage is the mean of the ink in a cell, of which a part may lie outside.
func coverage(ink *image.Alpha, left, top, cell int) float64 {
	var sum float64
	for y := top; y < top+cell; y++ {
		for x := left; x < left+cell; x++ {
			sum += float64(ink.AlphaAt(x, y).A) / 255
		}
	}
	return sum / float64(cell*cell)
}
