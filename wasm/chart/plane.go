package chart

import (
	"fmt"
	"strings"

	"unnoise/model/figure"
)

// Frame writes the axes of a Plane whose range stands at x, y, w, h within a figure of
// width × height pixels: its border, the numbers and the labels.
func Frame(p *figure.Plane, x, y, w, h, width, height float64) string {
	sx, sy := scale{p.X, x, x + w}, scale{p.Y, y + h, y}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="%s" height="%s" viewBox="0 0 %s %s" aria-hidden="true">`, num(width), num(height), num(width), num(height))
	fmt.Fprintf(&b, `<rect class="border" x="%s" y="%s" width="%s" height="%s"/>`, num(x), num(y), num(w), num(h))
	for _, t := range sx.ticks(tickX) {
		fmt.Fprintf(&b, `<path class="axis" d="M%s %sv4"/><text class="number middle" x="%s" y="%s">%s</text>`, num(sx.at(t.Value)), num(y+h), num(sx.at(t.Value)), num(y+h+16), t.Text)
	}
	for _, t := range sy.ticks(tickY) {
		fmt.Fprintf(&b, `<path class="axis" d="M%s %sh-4"/><text class="number end" x="%s" y="%s">%s</text>`, num(x), num(sy.at(t.Value)), num(x-6), num(sy.at(t.Value)+4), t.Text)
	}
	if n := len([]rune(p.X.Label)); n > 0 && n <= 3 {
		fmt.Fprintf(&b, `<text class="label" x="%s" y="%s">%s</text>`, num(x+w+7), num(y+h+4), svg(p.X.Label))
	} else if n > 0 {
		fmt.Fprintf(&b, `<text class="label end" x="%s" y="%s">%s</text>`, num(x+w), num(y+h+31), svg(p.X.Label))
	}
	if p.Y.Label != "" {
		fmt.Fprintf(&b, `<text class="label" x="%s" y="%s">%s</text>`, num(max(2, x-30)), num(y-6), svg(p.Y.Label))
	}
	b.WriteString("</svg>")
	return b.String()
}
