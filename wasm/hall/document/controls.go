package document

import (
	"html"
	"math"
	"strconv"
	"strings"

	"unnoise/model/exhibit"
	"unnoise/wasm/chart"
)

// sliderSteps is in how many places a logarithmic slider can stand.
const sliderSteps = 400

// position is where a slider stands for a value.
func position(c exhibit.Control, value float64) float64 {
	if !c.Log {
		return value
	}
	return math.Round(sliderSteps * math.Log(value/c.Min) / math.Log(c.Max/c.Min))
}

// valueAt is the value of a slider's place: a whole number of steps from zero, or,
// where it is logarithmic and has finer steps, of three digits.
func valueAt(c exhibit.Control, at float64) string {
	v := at
	if c.Log {
		v = c.Min * math.Pow(c.Max/c.Min, at/sliderSteps)
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	}
	v = math.Round(v/c.Step) * c.Step
	v = math.Max(c.Min, math.Min(c.Max, v))
	digits := max(0, int(math.Ceil(-math.Log10(c.Step)-1e-9))+1)
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// segmented reports whether a choice is shown as buttons beside each other.
func segmented(c exhibit.Control) bool {
	letters := 0
	for _, o := range c.Options {
		letters += len([]rune(o.Label))
	}
	return len(c.Options) <= 3 && letters <= 34
}

// controlMarkup is a control without its value. Inputs have the id "control-ID" and
// data-control; buttons have data-press.
func controlMarkup(c exhibit.Control) string {
	id, label := "control-"+c.ID, html.EscapeString(c.Label)
	term := `<span class="term" data-tip="` + html.EscapeString(c.Tip) + `">` + chart.HTML(c.Label) + "</span>"
	data := ` id="` + id + `" data-control="` + c.ID + `"`
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	switch c.Kind {
	case exhibit.Choice:
		if segmented(c) {
			var b strings.Builder
			b.WriteString(`<fieldset class="field" id="field-` + c.ID + `"><legend>` + term + `</legend><div class="segments" ` + data + `>`)
			for _, o := range c.Options {
				tip := ""
				if o.Tip != "" {
					tip = ` data-tip="` + html.EscapeString(o.Tip) + `"`
				}
				b.WriteString(`<label><input type="radio" name="` + id + `" data-control="` + c.ID + `" value="` + html.EscapeString(o.ID) + `"` + tip + `><span>` + chart.HTML(o.Label) + "</span></label>")
			}
			b.WriteString("</div></fieldset>")
			return b.String()
		}
		options := ""
		for _, o := range c.Options {
			options += `<option value="` + html.EscapeString(o.ID) + `">` + html.EscapeString(o.Label) + "</option>"
		}
		return `<div class="field" id="field-` + c.ID + `"><label for="` + id + `">` + term + `</label><select` + data + `>` + options + `</select><p class="option-tip" id="` + id + `-tip"></p></div>`
	case exhibit.Range:
		low, high, step := number(c.Min), number(c.Max), number(c.Step)
		if c.Log {
			low, high, step = "0", strconv.Itoa(sliderSteps), "1"
		}
		return `<label class="field" id="field-` + c.ID + `" for="` + id + `"><span>` + term + ` <output id="` + id + `-value"></output></span>` +
			`<input type="range"` + data + ` min="` + low + `" max="` + high + `" step="` + step + `"></label>`
	case exhibit.Number:
		return `<div class="field" id="field-` + c.ID + `"><label for="` + id + `">` + term + `</label>` +
			`<input type="number"` + data + ` min="` + number(c.Min) + `" max="` + number(c.Max) + `" step="1" inputmode="numeric"></div>`
	case exhibit.Seed:
		return `<div class="field" id="field-` + c.ID + `"><label for="` + id + `">` + term + `</label><div class="row">` +
			`<input type="text"` + data + ` inputmode="numeric" spellcheck="false"><button type="button" class="icon" data-press="dice ` + c.ID + `" aria-label="Another seed">` + dice + `</button></div></div>`
	case exhibit.Text:
		return `<div class="field" id="field-` + c.ID + `"><label for="` + id + `">` + term + `</label><input type="text"` + data + ` maxlength="` + number(c.Max) + `" spellcheck="false"></div>`
	case exhibit.Toggle:
		return `<label class="toggle field" id="field-` + c.ID + `"><input type="checkbox" role="switch"` + data + `><span class="label">` + term + "</span></label>"
	case exhibit.Drawing, exhibit.Mask:
		return `<div class="field" id="field-` + c.ID + `"><span>` + term + `</span><div class="row" role="group" aria-label="` + label + `">` +
			`<button type="button" class="plain" data-press="undo ` + c.ID + `">Undo</button><button type="button" class="plain" data-press="clear ` + c.ID + `">Clear</button></div></div>`
	case exhibit.Button:
		return `<div class="field" id="field-` + c.ID + `"><button type="button" class="wide" data-press="order ` + c.ID + `" data-tip="` + html.EscapeString(c.Tip) + `">` + label + "</button></div>"
	}
	return ""
}

const dice = `<svg viewBox="0 0 20 20" aria-hidden="true"><path fill-rule="evenodd" d="M5 2h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3zm1.5 3A1.5 1.5 0 1 0 6.5 8 1.5 1.5 0 0 0 6.5 5zm7 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM10 8.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM6.5 12a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm7 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"/></svg>`
