package figures

import (
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"unnoise/model/figure"
)

// textures are what was painted for a figure.
type textures struct{ images []*ebiten.Image }

// of returns a figure's textures, painted once.
func (s *Stage) of(f figure.Figure, paint func(*textures)) *textures {
	t := s.cache[f]
	if t == nil {
		t = &textures{}
		paint(t)
		s.cache[f] = t
	}
	return t
}

// forget leaves a figure's textures to the next figures.
func (s *Stage) forget(f figure.Figure) {
	s.spare = append(s.spare, s.cache[f].images...)
	delete(s.cache, f)
}

// texture is an image with these pixels: one that is spare, or a new one.
func (s *Stage) texture(w, h int, pixels []byte) *ebiten.Image {
	for i, img := range s.spare {
		if img.Bounds().Dx() == w && img.Bounds().Dy() == h {
			s.spare = append(s.spare[:i], s.spare[i+1:]...)
			img.WritePixels(pixels)
			return img
		}
	}
	img := ebiten.NewImage(w, h)
	img.WritePixels(pixels)
	return img
}

func (s *Stage) freeSpare() {
	for _, img := range s.spare {
		img.Deallocate()
	}
	s.spare = s.spare[:0]
}

// brushSide is the side of the brush, a white disc that fades at its edge: a
// particle. A row through its middle is the profile of a line.
const brushSide = 32

func newBrush() *ebiten.Image {
	pixels := make([]byte, 4*brushSide*brushSide)
	const radius, fade = brushSide / 2, brushSide / 6
	for y := range brushSide {
		for x := range brushSide {
			d := math.Hypot(float64(x)+0.5-radius, float64(y)+0.5-radius)
			a := byte(255 * max(0, min(1, (radius-d)/fade)))
			for c := range 4 {
				pixels[4*(y*brushSide+x)+c] = a // premultiplied
			}
		}
	}
	img := ebiten.NewImage(brushSide, brushSide)
	img.WritePixels(pixels)
	return img
}
