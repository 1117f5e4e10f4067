package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"unnoise/model/figure"
)

const (
	tickX, tickY = 62, 36 // pixels for one number on an axis
	charW        = 6.4    // of a small character
	right        = 18     // for half of the last number
)

// Plot writes a plot of w × h pixels as SVG, hidden from assistive technology:
// Describe is for them.
func Plot(p *figure.Plot, w, h float64) string {
	if w < 40 || h < 40 {
		return ""
	}
	x, y := axes(p)
	bottom, top := 20.0, 8.0
	if x.Label != "" {
		bottom += 16
	}
	if y.Label != "" {
		top += 16
	}
	sy := scale{y, h - bottom, top}
	left := 14.0
	yTicks := sy.ticks(tickY)
	for _, t := range yTicks {
		left = math.Max(left, 10+charW*float64(len([]rune(t.Text))))
	}
	sx := scale{x, left, w - right}

	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="%s" height="%s" viewBox="0 0 %s %s" aria-hidden="true">`, num(w), num(h), num(w), num(h))
	for _, t := range yTicks {
		at := sy.at(t.Value)
		fmt.Fprintf(&b, `<path class="grid%s" d="M%s %sH%s"/>`, minor(t), num(left), num(at), num(w-right))
		if t.Text != "" {
			fmt.Fprintf(&b, `<text class="number end" x="%s" y="%s">%s</text>`, num(left-5), num(at+4), t.Text)
		}
	}
	if len(p.Bars) > 0 {
		bars(&b, p, sx, sy, h-bottom)
	} else {
		for _, t := range sx.ticks(tickX) {
			at := sx.at(t.Value)
			fmt.Fprintf(&b, `<path class="grid%s" d="M%s %sV%s"/>`, minor(t), num(at), num(top), num(h-bottom))
			if t.Text != "" {
				fmt.Fprintf(&b, `<text class="number middle" x="%s" y="%s">%s</text>`, num(at), num(h-bottom+15), t.Text)
			}
		}
	}
	fmt.Fprintf(&b, `<path class="axis" d="M%s %sV%sH%s"/>`, num(left), num(top), num(h-bottom), num(w-right))
	if x.Label != "" {
		fmt.Fprintf(&b, `<text class="label end" x="%s" y="%s">%s</text>`, num(w-right), num(h-4), svg(x.Label))
	}
	if y.Label != "" {
		fmt.Fprintf(&b, `<text class="label" x="2" y="12">%s</text>`, svg(y.Label))
	}
	for _, m := range p.Marks {
		mark(&b, m, sx, sy)
	}
	for _, c := range p.Curves {
		curve(&b, c, sx, sy)
	}
	b.WriteString("</svg>")
	return b.String()
}

func minor(t Tick) string {
	if t.Text == "" {
		return " minor"
	}
	return ""
}

// axes are the plot's axes with their ranges.
func axes(p *figure.Plot) (x, y figure.Axis) {
	x = fitted(p.X, func(yield func(float64)) {
		for _, c := range p.Curves {
			for _, v := range c.X {
				yield(float64(v))
			}
		}
		for _, m := range p.Marks {
			if !m.Horizontal {
				yield(m.At)
			}
		}
	})
	y = fitted(p.Y, func(yield func(float64)) {
		for _, c := range p.Curves {
			for _, v := range c.Y {
				yield(float64(v))
			}
		}
		for _, bar := range p.Bars {
			yield(bar.Value)
			if !p.Y.Log {
				yield(0)
			}
		}
		for _, m := range p.Marks {
			if m.Horizontal {
				yield(m.At)
			}
		}
	})
	return x, y
}

func bars(b *strings.Builder, p *figure.Plot, sx, sy scale, ground float64) {
	each := (sx.to - sx.from) / float64(len(p.Bars))
	zero := ground
	if !sy.axis.Log && sy.axis.Min < 0 {
		zero = sy.at(0)
	}
	// Names that do not fit are shown for some of the bars only.
	longest := 0
	for _, bar := range p.Bars {
		longest = max(longest, len([]rune(bar.Name)))
	}
	every := max(1, int(math.Ceil((charW*float64(longest)+6)/each)))
	for i, bar := range p.Bars {
		left := sx.from + each*(float64(i)+0.15)
		at := sy.at(bar.Value)
		if math.IsNaN(at) || math.IsInf(at, 0) {
			at = zero
		}
		top, bottom := math.Min(at, zero), math.Max(at, zero)
		fmt.Fprintf(b, `<rect class="fill %s" x="%s" y="%s" width="%s" height="%s"><title>%s: %s</title></rect>`,
			role(bar.Colour), num(left), num(top), num(each*0.7), num(bottom-top), html.EscapeString(bar.Name), short(bar.Value))
		if i%every == 0 {
			fmt.Fprintf(b, `<text class="number middle" x="%s" y="%s">%s</text>`, num(left+each*0.35), num(ground+15), html.EscapeString(bar.Name))
		}
	}
}

func mark(b *strings.Builder, m figure.Mark, sx, sy scale) {
	if m.Horizontal {
		if at := sy.at(m.At); at >= sy.to-1 && at <= sy.from+1 {
			fmt.Fprintf(b, `<path class="line mark %s" d="M%s %sH%s"/>`, role(m.Colour), num(sx.from), num(at), num(sx.to))
			fmt.Fprintf(b, `<text class="number end" x="%s" y="%s">%s</text>`, num(sx.to-3), num(at-4), svg(m.Name))
		}
		return
	}
	if at := sx.at(m.At); at >= sx.from-1 && at <= sx.to+1 {
		fmt.Fprintf(b, `<path class="line mark %s" d="M%s %sV%s"/>`, role(m.Colour), num(at), num(sy.to), num(sy.from))
		anchor, by := "", 4.0
		if at > (sx.from+sx.to)/2 {
			anchor, by = " end", -4
		}
		fmt.Fprintf(b, `<text class="number%s" x="%s" y="%s">%s</text>`, anchor, num(at+by), num(sy.to+10), svg(m.Name))
	}
}

// curve draws a line, interrupted where a value has no place, or its points.
func curve(b *strings.Builder, c figure.Curve, sx, sy scale) {
	if c.Points {
		for i := range c.X {
			if x, y, ok := inside(c, i, sx, sy); ok {
				fmt.Fprintf(b, `<circle class="fill %s" cx="%s" cy="%s" r="3"/>`, role(c.Colour), num(x), num(y))
			}
		}
		return
	}
	var path strings.Builder
	pen := "M"
	for i := range c.X {
		x, y := sx.at(float64(c.X[i])), sy.at(float64(c.Y[i]))
		if math.IsNaN(x+y) || math.IsInf(x+y, 0) {
			pen = "M"
			continue
		}
		// Far outside, numbers would only make the path longer.
		y = math.Max(sy.to-2000, math.Min(sy.from+2000, y))
		path.WriteString(pen + num(x) + " " + num(y))
		pen = "L"
	}
	dashed := ""
	if c.Dashed {
		dashed = " dashed"
	}
	fmt.Fprintf(b, `<svg x="%[1]s" y="%[2]s" width="%[3]s" height="%[4]s" viewBox="%[1]s %[2]s %[3]s %[4]s"><path class="line %[5]s%[6]s" d="%[7]s"/></svg>`,
		num(sx.from), num(sy.to-2), num(sx.to-sx.from), num(sy.from-sy.to+4), role(c.Colour), dashed, path.String())
}

func inside(c figure.Curve, i int, sx, sy scale) (x, y float64, ok bool) {
	x, y = sx.at(float64(c.X[i])), sy.at(float64(c.Y[i]))
	ok = x >= sx.from-1 && x <= sx.to+1 && y >= sy.to-1 && y <= sy.from+1
	return x, y, ok
}

// role is the class of a colour.
func role(c figure.Colour) string {
	if c == "" {
		return "role-text"
	}
	return "role-" + html.EscapeString(string(c))
}

// num writes a coordinate in tenths of a pixel.
func num(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
}
