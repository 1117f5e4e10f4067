package chart

import (
	"fmt"
	"html"
	"math"
	"strings"

	"unnoise/model/figure"
)

const (
	boxPad   = 14 // beside a box's text
	boxH     = 36
	boxCharW = 7.2
)

// Diagram writes boxes and arrows of w × h pixels: the arrows as SVG, the boxes as
// buttons where they choose something, with data-control and data-choice.
func Diagram(d *figure.Diagram, w, h float64) string {
	boxes := lay(d, w, h)
	for most := 3 * w; overlap(boxes) && w < most; boxes = lay(d, w, h) {
		w *= 1.1 // it scrolls then
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="scroll"><div class="diagram" style="width:%spx;height:%spx">`, num(w), num(h))
	fmt.Fprintf(&b, `<svg class="chart" width="%s" height="%s" viewBox="0 0 %s %s" aria-hidden="true">`, num(w), num(h), num(w), num(h))
	between := map[[2]string]bool{}
	for _, e := range d.Edges {
		between[[2]string{e.From, e.To}] = true
	}
	for _, e := range d.Edges {
		from, to := boxes[e.From], boxes[e.To]
		ax, ay := border(from.x, from.y, from.w, from.h, to.x, to.y)
		bx, by := border(to.x, to.y, to.w, to.h, from.x, from.y)
		length := math.Hypot(bx-ax, by-ay)
		if length < 1 {
			continue
		}
		ux, uy := (bx-ax)/length, (by-ay)/length
		const head = 7
		textY := -5.0
		if between[[2]string{e.To, e.From}] {
			// Two arrows there and back stand beside each other, one's text below.
			const apart = 5
			ax, ay, bx, by = ax+uy*apart, ay-ux*apart, bx+uy*apart, by-ux*apart
			if ux < 0 {
				textY = 15
			}
		}
		dashed := ""
		if e.Dashed {
			dashed = " dashed"
		}
		fmt.Fprintf(&b, `<path class="edge%s" d="M%s %sL%s %s"/>`, dashed, num(ax), num(ay), num(bx-ux*head), num(by-uy*head))
		fmt.Fprintf(&b, `<path class="head" d="M%s %sL%s %sL%s %sz"/>`, num(bx), num(by),
			num(bx-ux*head-uy*head*0.5), num(by-uy*head+ux*head*0.5), num(bx-ux*head+uy*head*0.5), num(by-uy*head-ux*head*0.5))
		if e.Text != "" {
			fmt.Fprintf(&b, `<text class="label middle" x="%s" y="%s">%s</text>`, num((ax+bx)/2), num((ay+by)/2+textY), html.EscapeString(e.Text))
		}
	}
	b.WriteString("</svg>")
	for _, n := range d.Nodes {
		at := boxes[n.ID]
		style := fmt.Sprintf(`style="left:%spx;top:%spx;width:%spx;height:%spx"`, num(at.x-at.w/2), num(at.y-at.h/2), num(at.w), num(at.h))
		class := "node"
		if n.Chosen {
			class += " chosen"
		}
		if n.Control == "" {
			fmt.Fprintf(&b, `<div class="%s" %s>%s</div>`, class, style, html.EscapeString(n.Text))
			continue
		}
		fmt.Fprintf(&b, `<button type="button" class="%s" aria-pressed="%t" data-control="%s" data-choice="%s" %s>%s</button>`,
			class, n.Chosen, html.EscapeString(n.Control), html.EscapeString(n.Choice), style, html.EscapeString(n.Text))
	}
	b.WriteString("</div></div>")
	return b.String()
}

// box is a node's place: its middle and its size.
type box struct{ x, y, w, h float64 }

// lay places the boxes of a diagram of w × h pixels.
func lay(d *figure.Diagram, w, h float64) map[string]box {
	boxes := map[string]box{}
	for _, n := range d.Nodes {
		text := boxCharW * float64(len([]rune(n.Text)))
		bw := math.Min(w*0.45, boxPad*2+text)
		bh := boxH + 17*(math.Ceil(text/math.Max(1, bw-boxPad*2+1))-1)
		boxes[n.ID] = box{
			x: math.Max(bw/2+2, math.Min(w-bw/2-2, n.X*w)), y: math.Max(bh/2+2, math.Min(h-bh/2-2, n.Y*h)),
			w: bw, h: bh,
		}
	}
	return boxes
}

// overlap reports whether two boxes do, or leave no room for an arrow.
func overlap(boxes map[string]box) bool {
	const arrow = 16
	for i, a := range boxes {
		for k, b := range boxes {
			if i != k && math.Abs(a.x-b.x) < (a.w+b.w)/2+arrow && math.Abs(a.y-b.y) < (a.h+b.h)/2 {
				return true
			}
		}
	}
	return false
}

// border is where the line from a box's middle towards a point leaves it.
func border(x, y, w, h, tx, ty float64) (bx, by float64) {
	dx, dy := tx-x, ty-y
	f := math.Inf(1)
	if dx != 0 {
		f = math.Min(f, w/2/math.Abs(dx))
	}
	if dy != 0 {
		f = math.Min(f, h/2/math.Abs(dy))
	}
	if math.IsInf(f, 1) {
		return x, y
	}
	return x + f*dx, y + f*dy
}
