package scene

import (
	"math"

	"github.com/hajimehoshi/ebiten/v2"
)

// Drawing draws itself on the whole canvas. perCSS is the number of the screen's
// pixels in one CSS pixel.
type Drawing interface {
	Draw(screen *ebiten.Image, perCSS float64)
}

// Loop draws d until the page is closed, on the canvas that Ebitengine has appended
// to the body at the start of the program, whenever Redraw asks for it. The error is
// Ebitengine's, such as a browser without WebGL 2.
func Loop(d Drawing) error {
	// The loop draws only when a frame was asked for.
	ebiten.SetFPSMode(ebiten.FPSModeVsyncOffMinimum)
	ebiten.SetTPS(ebiten.SyncWithFPS)
	ebiten.SetRunnableOnUnfocused(true)
	return ebiten.RunGameWithOptions(&game{drawing: d, perCSS: 1}, &ebiten.RunGameOptions{
		InitUnfocused:     true,
		ScreenTransparent: true,
	})
}

// Redraw has the drawing drawn with the browser's next frame.
func Redraw() { ebiten.ScheduleFrame() }

// game is what Ebitengine sees of a Drawing.
type game struct {
	drawing Drawing
	perCSS  float64
}

func (g *game) Update() error { return nil }

func (g *game) Layout(w, h int) (int, int) { panic("LayoutF is there") }

func (g *game) LayoutF(w, h float64) (float64, float64) {
	g.perCSS = ebiten.Monitor().DeviceScaleFactor()
	return math.Ceil(w * g.perCSS), math.Ceil(h * g.perCSS)
}

func (g *game) Draw(screen *ebiten.Image) { g.drawing.Draw(screen, g.perCSS) }
