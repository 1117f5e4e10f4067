package figures

import (
	"math"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"

	"unnoise/model/figure"
	"unnoise/wasm/scene"
)

// Item is a figure in its place. Figures that the document draws are passed over.
type Item struct {
	Place  scene.Rect // on the canvas, in CSS pixels
	Figure figure.Figure
}

// Stage draws items. It is safe for use by several goroutines.
type Stage struct {
	mu      sync.Mutex
	items   []Item
	palette Palette
	perCSS  float64
	brush   *ebiten.Image
	cache   map[figure.Figure]*textures
	spare   []*ebiten.Image // textures of figures that are no longer shown
	mesh    mesh
}

// NewStage returns a stage with nothing on it.
func NewStage() *Stage { return &Stage{perCSS: 1, cache: map[figure.Figure]*textures{}} }

// Show draws the items with the browser's next frame. Their figures must not change
// any more.
func (s *Stage) Show(items []Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(items) == len(s.items) {
		same := true
		for i := range items {
			same = same && items[i] == s.items[i]
		}
		if same {
			return
		}
	}
	s.items = items
	scene.Redraw()
}

// SetPalette changes the theme.
func (s *Stage) SetPalette(p Palette) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.palette = p
	for f := range s.cache {
		s.forget(f)
	}
	scene.Redraw()
}

// Draw implements scene.Drawing.
func (s *Stage) Draw(screen *ebiten.Image, perCSS float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.perCSS = perCSS
	if s.brush == nil {
		s.brush = newBrush()
	}
	shown := map[figure.Figure]bool{}
	for _, item := range s.items {
		shown[item.Figure] = true
	}
	for f := range s.cache {
		if !shown[f] {
			s.forget(f)
		}
	}
	for _, item := range s.items {
		switch f := item.Figure.(type) {
		case *figure.Pictures:
			s.drawPictures(screen, f, item.Place)
		case *figure.Plane:
			s.drawPlane(screen, f, Inside(f, item.Place))
		}
	}
	s.freeSpare()
}

func (s *Stage) drawPictures(screen *ebiten.Image, f *figure.Pictures, within scene.Rect) {
	cells, _ := Cells(f, within)
	t := s.of(f, func(t *textures) {
		size := f.C * f.H * f.W
		pixels := make([]byte, 4*f.H*f.W)
		for k := range f.N() {
			paintPicture(pixels, f.Values[k*size:(k+1)*size], f, s.palette)
			t.images = append(t.images, s.texture(f.W, f.H, pixels))
		}
	})
	for k, cell := range cells {
		s.place(screen, t.images[k], cell, false)
	}
}

func (s *Stage) drawPlane(screen *ebiten.Image, f *figure.Plane, v View) {
	if v.Place.Empty() {
		return
	}
	if f.Density != nil {
		t := s.of(f, func(t *textures) {
			pixels := make([]byte, 4*len(f.Density.Values))
			paintDensity(pixels, f.Density, s.palette)
			t.images = append(t.images, s.texture(f.Density.W, f.Density.H, pixels))
		})
		s.place(screen, t.images[0], v.Place, true)
	}
	for _, a := range f.Arrows {
		s.mesh.stroke(arrows(s.mesh.quads[:0], a.Values, a.Scale, v, s.perCSS), s.palette.Role(a.Colour), 0.85)
		s.mesh.draw(screen, s.brush)
	}
	for _, l := range f.Paths {
		s.mesh.stroke(strokes(s.mesh.quads[:0], l.Values, v, 1.6, s.perCSS, l.Dashed), s.palette.Role(l.Colour), 0.9)
		s.mesh.draw(screen, s.brush)
	}
	for _, c := range f.Clouds {
		size := c.Size
		if size == 0 {
			size = particleSize(len(c.Values) / 2)
		}
		s.mesh.dots(dots(s.mesh.quads[:0], c.Values, v, size, s.perCSS), s.palette.Role(c.Colour), 0.8)
		s.mesh.draw(screen, s.brush)
	}
}

// place draws img over all of r, its edges on whole pixels of the screen.
func (s *Stage) place(screen, img *ebiten.Image, r scene.Rect, smooth bool) {
	left, top := math.Round(r.X*s.perCSS), math.Round(r.Y*s.perCSS)
	right, bottom := math.Round((r.X+r.W)*s.perCSS), math.Round((r.Y+r.H)*s.perCSS)
	bounds := img.Bounds()
	op := &ebiten.DrawImageOptions{}
	op.GeoM.Scale((right-left)/float64(bounds.Dx()), (bottom-top)/float64(bounds.Dy()))
	op.GeoM.Translate(left, top)
	// Enlarged a little, squares of unequal size would show.
	if smooth || right-left < 3*float64(bounds.Dx()) {
		op.Filter = ebiten.FilterLinear
	}
	screen.DrawImage(img, op)
}
