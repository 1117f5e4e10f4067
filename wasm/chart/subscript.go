package chart

import (
	"html"
	"strings"
)

// HTML writes a name for HTML: letters and digits after "_" are an index, so that σ_L² and
// K_null look as they do in an equation.
func HTML(name string) string {
	markup := ""
	for i, part := range indexed(name) {
		if i%2 == 1 {
			part = "<sub>" + html.EscapeString(part) + "</sub>"
		} else {
			part = html.EscapeString(part)
		}
		markup += part
	}
	return markup
}

// svg writes a name for a text of SVG. Not every browser knows baseline-shift.
func svg(name string) string {
	markup := ""
	for i, part := range indexed(name) {
		switch {
		case i == 0:
			markup += html.EscapeString(part)
		case i%2 == 1:
			markup += `<tspan class="index" dy="3">` + html.EscapeString(part) + "</tspan>"
		case part != "":
			markup += `<tspan dy="-3">` + html.EscapeString(part) + "</tspan>"
		}
	}
	return markup
}

// indexed splits a name into what stands on the line and, at odd places, the indices below
// it.
func indexed(name string) []string {
	parts := []string{""}
	for {
		base, rest, found := strings.Cut(name, "_")
		parts[len(parts)-1] += base
		if !found {
			return parts
		}
		end := strings.IndexFunc(rest+" ", func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
		})
		if base == "" || end == 0 { // an index of nothing, or none
			parts[len(parts)-1] += "_"
			name = rest
			continue
		}
		parts = append(parts, rest[:end], "")
		name = rest[end:]
	}
}
