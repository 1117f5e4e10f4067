package document

import (
	"html"
	"strconv"
	"strings"

	"unnoise/model/exhibit"
	"unnoise/model/mathml"
	"unnoise/wasm/chart"
)

// readoutRows is the table of readouts without their numbers.
func readoutRows(list []exhibit.Readout) string {
	rows := ""
	for _, r := range list {
		tip := ""
		if r.Tip != "" {
			tip = ` tabindex="0" data-tip="` + html.EscapeString(r.Tip) + `"`
		}
		unit := ""
		if r.Unit != "" {
			unit = ` <span class="unit">` + html.EscapeString(r.Unit) + "</span>"
		}
		rows += `<tr id="readout-` + r.ID + `" data-readout="` + r.ID + `"` + tip + `><th scope="row">` + chart.HTML(r.Name) +
			`</th><td><span id="readout-` + r.ID + `-value"></span>` + unit + "</td></tr>"
	}
	return rows
}

// readoutText is a readout's number for the eye.
func readoutText(r exhibit.Readout) string { return mathml.Readout(r.Value) }

// readoutValue is a readout's number with all its digits.
func readoutValue(r exhibit.Readout) string { return strconv.FormatFloat(r.Value, 'g', -1, 64) }

// shortAuthors is both of two authors, and the first of more.
func shortAuthors(authors string) string {
	if strings.Count(authors, " & ") == 1 && !strings.Contains(authors, ",") {
		return authors
	}
	first, _, several := strings.Cut(strings.Replace(authors, " & ", ", ", 1), ", ")
	first, _, others := strings.Cut(first, " et al.")
	if first, _, more := strings.Cut(first, " and others"); several || others || more {
		return first + " et al."
	}
	return first
}

// equationFigures are the equations without their numbers, each symbol one stop of the
// tab key.
func equationFigures(list []exhibit.Equation) string {
	markup := ""
	seen := map[string]bool{}
	for k, e := range list {
		markup += `<figure><figcaption>` + html.EscapeString(e.Caption) + `</figcaption>` + mathml.StopOnce(e.Symbols, seen) +
			`<div class="live" id="numbers-` + strconv.Itoa(k) + `"></div></figure>`
	}
	return markup
}
