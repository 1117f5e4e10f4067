package figures

import (
	"image/color"

	"github.com/hajimehoshi/ebiten/v2"
)

// mesh is quads on their way to the GPU; its memory is used again and again.
type mesh struct {
	quads    []Quad
	vertices []ebiten.Vertex
	indices  []uint16
}

// quadsPerDraw keeps the indices of one draw below 2¹⁶.
const quadsPerDraw = 10_000

// dots makes each quad one particle.
func (m *mesh) dots(quads []Quad, c color.RGBA, alpha float32) {
	const s = brushSide
	m.fill(quads, [4][2]float32{{0, 0}, {s, 0}, {s, s}, {0, s}}, c, alpha)
}

// stroke makes each quad one segment of a line.
func (m *mesh) stroke(quads []Quad, c color.RGBA, alpha float32) {
	const s, half = brushSide, brushSide / 2
	m.fill(quads, [4][2]float32{{half, 0}, {half, 0}, {half, s}, {half, s}}, c, alpha)
}

func (m *mesh) fill(quads []Quad, uv [4][2]float32, c color.RGBA, alpha float32) {
	m.quads = quads
	m.vertices = m.vertices[:0]
	r, g, b := float32(c.R)/255*alpha, float32(c.G)/255*alpha, float32(c.B)/255*alpha
	for i := range quads {
		for k, at := range &quads[i] {
			m.vertices = append(m.vertices, ebiten.Vertex{
				DstX: at[0], DstY: at[1], SrcX: uv[k][0], SrcY: uv[k][1],
				ColorR: r, ColorG: g, ColorB: b, ColorA: alpha,
			})
		}
	}
	for q := len(m.indices) / 6; q < min(len(quads), quadsPerDraw); q++ {
		v := uint16(4 * q)
		m.indices = append(m.indices, v, v+1, v+2, v, v+2, v+3)
	}
}

func (m *mesh) draw(screen, brush *ebiten.Image) {
	op := &ebiten.DrawTrianglesOptions{ColorScaleMode: ebiten.ColorScaleModePremultipliedAlpha, Filter: ebiten.FilterLinear}
	for from := 0; from < len(m.quads); from += quadsPerDraw {
		n := min(quadsPerDraw, len(m.quads)-from)
		screen.DrawTriangles(m.vertices[4*from:4*(from+n)], m.indices[:6*n], brush, op)
	}
}
