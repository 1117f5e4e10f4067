package chart

import (
	"fmt"
	"math"
	"strings"

	"unnoise/model/figure"
)

// Describe says in words what a figure has, for those who cannot see it: of curves
// their ends and extremes, of bars and marks their values.
func Describe(f figure.Figure) string {
	switch f := f.(type) {
	case *figure.Plot:
		return describePlot(f)
	case *figure.Pictures:
		return fmt.Sprintf("%d %s of %d by %d pixels", f.N(), plural(f.N(), "picture", "pictures"), f.W, f.H)
	case *figure.Plane:
		return describePlane(f)
	}
	return ""
}

func describePlot(p *figure.Plot) string {
	var parts []string
	for _, c := range p.Curves {
		name := c.Name
		if name == "" {
			name = "a curve"
		}
		n := len(c.X)
		if n == 0 {
			parts = append(parts, name+": no values yet")
			continue
		}
		low, high := 0, 0
		for i := range c.Y {
			if c.Y[i] < c.Y[low] || math.IsNaN(float64(c.Y[low])) {
				low = i
			}
			if c.Y[i] > c.Y[high] || math.IsNaN(float64(c.Y[high])) {
				high = i
			}
		}
		value := func(i int) string { return short(float64(c.Y[i])) + " at " + short(float64(c.X[i])) }
		text := fmt.Sprintf("%s: %s to %s", name, value(0), value(n-1))
		if low != 0 && low != n-1 {
			text += ", least " + value(low)
		}
		if high != 0 && high != n-1 {
			text += ", most " + value(high)
		}
		parts = append(parts, text)
	}
	for _, bar := range p.Bars {
		parts = append(parts, bar.Name+": "+short(bar.Value))
	}
	for _, m := range p.Marks {
		if m.Name != "" {
			parts = append(parts, m.Name+" at "+short(m.At))
		}
	}
	axes := ""
	if p.Y.Label != "" {
		axes = p.Y.Label
		if p.X.Label != "" {
			axes += " against " + p.X.Label
		}
		axes += ". "
	}
	return "Plot: " + axes + strings.Join(parts, "; ") + "."
}

func describePlane(p *figure.Plane) string {
	var parts []string
	if p.Density != nil {
		parts = append(parts, "a density")
	}
	for _, a := range p.Arrows {
		n := len(a.Values) / 4
		parts = append(parts, fmt.Sprintf("%d %s", n, plural(n, "arrow", "arrows")))
	}
	if n := len(p.Paths); n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", n, plural(n, "path", "paths")))
	}
	for _, c := range p.Clouds {
		n := len(c.Values) / 2
		text := fmt.Sprintf("%d %s", n, plural(n, "particle", "particles"))
		if c.Name != "" {
			text += " (" + c.Name + ")"
		}
		parts = append(parts, text)
	}
	return "Plane with " + strings.Join(parts, ", ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Legend lists the names of what a figure shows, with a sample of each; "" where
// nothing has a name.
func Legend(f figure.Figure) string {
	var b strings.Builder
	seen := map[string]bool{}
	add := func(kind string, c figure.Colour, dashed bool, name string) {
		if name == "" || seen[name] {
			return
		}
		seen[name] = true
		if dashed {
			kind += " dashed"
		}
		b.WriteString(`<li><i class="sample ` + kind + " " + role(c) + `"></i>` + HTML(name) + "</li>")
	}
	switch f := f.(type) {
	case *figure.Plot:
		for _, c := range f.Curves {
			kind := "line"
			if c.Points {
				kind = "dot"
			}
			add(kind, c.Colour, c.Dashed, c.Name)
		}
	case *figure.Plane:
		for _, c := range f.Clouds {
			add("dot", c.Colour, false, c.Name)
		}
		for _, l := range f.Paths {
			add("line", l.Colour, l.Dashed, l.Name)
		}
	case *figure.Pictures:
		if f.Map != figure.Tone {
			class := map[figure.Map]string{figure.Signed: "signed", figure.Heat: "heat"}[f.Map]
			return `<ul class="legend"><li>` + short(f.Low) + `<i class="ramp ` + class + `"></i>` + short(f.High) + "</li></ul>"
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return `<ul class="legend">` + b.String() + "</ul>"
}
