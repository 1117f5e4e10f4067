package chart

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"unnoise/model/figure"
)

// Table writes a table as HTML, with a caption for screen readers.
func Table(t *figure.Table, caption string) string {
	var b strings.Builder
	b.WriteString(`<div class="scroll"><table class="figure-table"><caption class="visually-hidden">` + html.EscapeString(caption) + "</caption><thead><tr>")
	for i, cell := range t.Header {
		below := ""
		if i > 0 && len(t.Rows) > 0 {
			below = amount(t.Rows[0][i])
		}
		b.WriteString(`<th scope="col"` + below + `>` + html.EscapeString(cell) + "</th>")
	}
	b.WriteString("</tr></thead><tbody>")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				b.WriteString(`<th scope="row">` + html.EscapeString(cell) + "</th>")
			} else {
				b.WriteString("<td" + amount(cell) + ">" + html.EscapeString(cell) + "</td>")
			}
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}

// amount is the class of a cell with a number, which stands at the right.
func amount(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); unicode.IsDigit(first) || strings.ContainsRune("−-+±<≈.", first) {
		return ` class="amount"`
	}
	return ""
}
