package scene

import (
	"image/color"
	"math"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"

	"unnoise/model/trajectory"
)

// Scene is the drawing of the latest View. It is safe for use by several
// goroutines.
type Scene struct {
	mu     sync.Mutex
	view   View
	panels []panelImages
	film   filmImages
	now    panelImages   // the film's frame of the present moment
	dot    *ebiten.Image // one white pixel, for lines
	// perCSS is the number of the screen's pixels in one CSS pixel.
	perCSS float64
	drawn  func()
}

// New returns a scene with nothing in it. drawn is called after the first
// drawing, from the drawing goroutine; it must not block.
func New(drawn func()) *Scene { return &Scene{perCSS: 1, drawn: drawn} }

// Show draws v with the browser's next frame. Its slices must not change any
// more.
func (s *Scene) Show(v View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !v.equal(s.view) {
		s.view = v
		ebiten.ScheduleFrame()
	}
}

// Run draws until the page is closed: see Loop.
func (s *Scene) Run() error { return Loop(s) }

// Draw implements Drawing.
func (s *Scene) Draw(screen *ebiten.Image, perCSS float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.perCSS = perCSS
	if s.dot == nil {
		s.dot = ebiten.NewImage(1, 1)
		s.dot.Fill(color.White)
		if s.drawn != nil {
			defer s.drawn()
		}
	}
	for len(s.panels) < len(s.view.Panels) {
		s.panels = append(s.panels, panelImages{})
	}
	for k, p := range s.view.Panels {
		s.panels[k].draw(screen, p, s.perCSS)
	}
	s.film.draw(screen, s.view.Film, s.perCSS)
	s.drawMark(screen)
}

// drawMark lays the present moment's frame over the film, outlined.
func (s *Scene) drawMark(screen *ebiten.Image) {
	f := s.view.Film
	if f.Positions < 1 || f.Ready < 1 || f.Place.Empty() {
		return
	}
	h := f.Place.H
	at := Rect{f.middle(f.Now, f.Positions) - h/2, f.Place.Y, h, h}
	l := f.Layout
	l.N = 1
	now := Panel{Place: at, Values: f.At(f.Now), Layout: l}
	s.now.draw(screen, now, s.perCSS)
	s.outline(screen, at, 3, s.view.Ground)
	s.outline(screen, at, 2, s.view.Mark)
}

// outline draws a frame of some pixels' width just inside r.
func (s *Scene) outline(screen *ebiten.Image, r Rect, width float64, c color.RGBA) {
	s.fill(screen, Rect{r.X, r.Y, r.W, width}, c)
	s.fill(screen, Rect{r.X, r.Y + r.H - width, r.W, width}, c)
	s.fill(screen, Rect{r.X, r.Y, width, r.H}, c)
	s.fill(screen, Rect{r.X + r.W - width, r.Y, width, r.H}, c)
}

func (s *Scene) fill(screen *ebiten.Image, r Rect, c color.RGBA) {
	op := &ebiten.DrawImageOptions{}
	op.GeoM.Scale(r.W*s.perCSS, r.H*s.perCSS)
	op.GeoM.Translate(math.Round(r.X*s.perCSS), math.Round(r.Y*s.perCSS))
	op.ColorScale.ScaleWithColor(c)
	screen.DrawImage(s.dot, op)
}

// panelImages keeps the textures of a panel.
type panelImages struct {
	images []*ebiten.Image
	shown  *float32 // the first of the values that the images have
	pixels []byte
}

func (p *panelImages) draw(screen *ebiten.Image, panel Panel, perCSS float64) {
	l := panel.Layout
	if len(panel.Values) == 0 || panel.Place.Empty() {
		return
	}
	p.images = fit(p.images, l.N, l.W, l.H)
	if p.shown != &panel.Values[0] {
		p.pixels = grow(p.pixels, 4*l.W*l.H)
		for k := range l.N {
			paint(p.pixels, panel.Values[k*l.Picture():(k+1)*l.Picture()], l, panel.Map)
			p.images[k].WritePixels(p.pixels)
		}
		p.shown = &panel.Values[0]
	}
	columns := trajectory.Columns(l.N)
	// Lines of the page's ground between the pictures of a grid.
	gap := 0.0
	if l.N > 1 {
		gap = 2
	}
	side := (panel.Place.W + gap) / float64(columns)
	for k := range l.N {
		place(screen, p.images[k], Rect{
			X: panel.Place.X + float64(k%columns)*side,
			Y: panel.Place.Y + float64(k/columns)*side,
			W: side - gap, H: side - gap,
		}, perCSS)
	}
}

// filmImages keeps the textures of the film's frames.
type filmImages struct {
	images     []*ebiten.Image
	shown      []int // the position each image has, −1 for none
	generation int
	pixels     []byte
}

func (fi *filmImages) draw(screen *ebiten.Image, f Film, perCSS float64) {
	positions := f.frames()
	if len(positions) == 0 || f.Ready == 0 {
		return
	}
	if fi.generation != f.Generation {
		fi.generation = f.Generation
		for k := range fi.shown {
			fi.shown[k] = -1
		}
	}
	fi.images = fit(fi.images, len(positions), f.Layout.W, f.Layout.H)
	for len(fi.shown) < len(positions) {
		fi.shown = append(fi.shown, -1)
	}
	fi.pixels = grow(fi.pixels, 4*f.Layout.W*f.Layout.H)
	for k, position := range positions {
		if position >= f.Ready {
			break
		}
		if fi.shown[k] != position {
			paint(fi.pixels, f.At(position), f.Layout, AsPicture)
			fi.images[k].WritePixels(fi.pixels)
			fi.shown[k] = position
		}
		h := f.Place.H
		place(screen, fi.images[k], Rect{f.middle(k, len(positions)) - h/2, f.Place.Y, h, h}, perCSS)
	}
}

// place draws img over all of r, its edges on whole pixels.
func place(screen, img *ebiten.Image, r Rect, perCSS float64) {
	left, top := math.Round(r.X*perCSS), math.Round(r.Y*perCSS)
	right, bottom := math.Round((r.X+r.W)*perCSS), math.Round((r.Y+r.H)*perCSS)
	bounds := img.Bounds()
	op := &ebiten.DrawImageOptions{}
	op.GeoM.Scale((right-left)/float64(bounds.Dx()), (bottom-top)/float64(bounds.Dy()))
	op.GeoM.Translate(left, top)
	// Enlarged a little, squares of unequal size would show.
	if right-left < 3*float64(bounds.Dx()) {
		op.Filter = ebiten.FilterLinear
	}
	screen.DrawImage(img, op)
}

// fit returns at least n images of the given size, keeping those that have it.
func fit(images []*ebiten.Image, n, w, h int) []*ebiten.Image {
	for len(images) < n {
		images = append(images, nil)
	}
	for k, img := range images[:n] {
		if img != nil && img.Bounds().Dx() == w && img.Bounds().Dy() == h {
			continue
		}
		if img != nil {
			img.Deallocate()
		}
		images[k] = ebiten.NewImage(w, h)
	}
	return images
}

func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
