package chart

import (
	"html"
	"strings"

	"unnoise/model/figure"
)

// Table writes a table as HTML, with a caption for screen readers.
func Table(t *figure.Table, caption string) string {
	var b strings.Builder
	b.WriteString(`<div class="scroll"><table class="figure-table"><caption class="visually-hidden">` + html.EscapeString(caption) + "</caption><thead><tr>")
	for _, cell := range t.Header {
		b.WriteString(`<th scope="col">` + html.EscapeString(cell) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				b.WriteString(`<th scope="row">` + html.EscapeString(cell) + "</th>")
			} else {
				b.WriteString("<td>" + html.EscapeString(cell) + "</td>")
			}
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}
