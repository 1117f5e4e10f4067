package page

import (
	"strconv"
	"syscall/js"

	"unnoise/wasm/dom"
	"unnoise/wasm/words"
)

// Page renders views into the document and reports events.
type Page struct {
	doc    *dom.Document
	emit   func(Event)
	pad    *pad
	last   View
	editID string // the control whose text the visitor is changing
}

// New takes over the document and calls emit for every event; emit must not
// block.
func New(emit func(Event)) *Page {
	p := &Page{doc: dom.NewDocument(), emit: emit}
	p.pad = newPad(p.doc, emit)
	p.listenToControls()
	p.listenToTimeline()
	dom.Keys(p.doc, func(button string) { p.emit(Pressed{button}) })
	p.listenToSources()
	p.listenToWindow()
	dom.Tips(p.doc)
	dom.TakeCanvas(p.doc, p.doc.ID("show"), false,
		func() { p.emit(Moved{p.Places()}) }, func() { p.emit(DrawingLost{}) })
	return p
}

// Render shows a view.
func (p *Page) Render(v View) {
	d := p.doc
	d.Data("tab", string(v.Tab))
	d.Data("state", v.State)
	d.Data("tier", v.Tier.Kind)
	d.Text("tier-name", v.Tier.Text)
	d.Attr("tier", "data-tip", v.Tier.Why)
	p.renderTabs(v)
	p.renderLoading(v.Loading)
	p.renderControls(v.Controls, v.Start)
	p.renderTimeline(v)
	p.renderPictures(v)
	p.renderExplanation(v.Explain)
	p.renderNoise(v.Noise)
	p.renderTuning(v.Tuning)
	p.renderNotice(v.Notice)
	d.Text("live", v.Live)
	p.last = v
}

func (p *Page) renderTabs(v View) {
	for _, tab := range []Tab{Denoise, Noise} {
		chosen := tab == v.Tab
		p.doc.Attr("tab-"+string(tab), "aria-selected", strconv.FormatBool(chosen))
		p.doc.Set("tab-"+string(tab), "tabIndex", map[bool]int{true: 0, false: -1}[chosen])
		p.doc.Set("panel-"+string(tab), "hidden", !chosen)
	}
}

func (p *Page) renderTuning(t Tuning) {
	d := p.doc
	d.Text("tuning", t.Text)
	d.Set("tune-stop", "hidden", t.Text == "")
	d.Set("tune", "hidden", t.Text != "" || !t.Possible)
}

func (p *Page) renderLoading(l *Loading) {
	d := p.doc
	d.Set("loading", "hidden", l == nil)
	if l == nil {
		return
	}
	d.Text("loading-text", l.Text)
	d.Text("loading-bytes", words.Bytes(l.Done, l.Total))
	if l.Total > 0 {
		d.Set("loading-bar", "value", float64(l.Done)/float64(l.Total))
		return
	}
	d.ID("loading-bar").Call("removeAttribute", "value")
	d.Forget("loading-bar", "value")
}

func (p *Page) renderPictures(v View) {
	d := p.doc
	for _, c := range []struct {
		id, caption, alt string
		empty            bool
	}{
		{"xt", v.Captions.Large, v.Captions.LargeAlt, v.Captions.LargeEmpty},
		{"x0", v.Captions.Guess, v.Captions.GuessAlt, v.Captions.GuessEmpty},
		{"eps", v.Captions.Noise, v.Captions.NoiseAlt, v.Captions.NoNoise},
	} {
		d.HTML("caption-"+c.id, c.caption)
		d.Attr("frame-"+c.id, "aria-label", c.alt)
		d.Set("frame-"+c.id, "className", map[bool]string{true: "frame empty", false: "frame"}[c.empty])
	}
	p.renderPicks(v.Picks)
}

func (p *Page) renderPicks(k Picks) {
	d := p.doc
	d.Set("picks", "hidden", k.N < 2)
	// A grid is a group of buttons, not one image.
	d.Attr("frame-xt", "role", map[bool]string{true: "group", false: "img"}[k.N >= 2])
	d.Style("picks", "--columns", strconv.Itoa(max(1, k.Columns)))
	if d.Fresh("picks n", k.N) {
		markup := ""
		for i := range k.N {
			n := strconv.Itoa(i)
			markup += `<button type="button" role="radio" data-pick="` + n + `" aria-label="Picture ` + strconv.Itoa(i+1) + ` of ` + strconv.Itoa(k.N) + `"></button>`
		}
		d.ID("picks").Set("innerHTML", markup)
		d.Again("picks picked")
	}
	if d.Fresh("picks picked", k.Picked) {
		check(d.ID("picks").Get("children"), k.Picked)
	}
}

// check makes one of a group of radio buttons the chosen one, and the only one
// that the tab key stops at.
func check(buttons js.Value, chosen int) {
	for i := range buttons.Length() {
		b := buttons.Index(i)
		b.Call("setAttribute", "aria-checked", strconv.FormatBool(i == chosen))
		b.Set("tabIndex", map[bool]int{true: 0, false: -1}[i == chosen])
	}
}

func (p *Page) renderExplanation(e Explanation) {
	d := p.doc
	d.Text("explain-title", e.Title)
	markup := ""
	for k, b := range e.Blocks {
		markup += `<figure><figcaption>` + b.Caption + `</figcaption>` + b.Symbols +
			`<div class="live" id="numbers-` + strconv.Itoa(k) + `"></div></figure>`
	}
	// The symbols change rarely; where they do not, the keyboard's focus stays.
	if d.HTML("equation", markup) {
		for k := range e.Blocks {
			id := "numbers-" + strconv.Itoa(k)
			d.Drop(id)
		}
	}
	for k, b := range e.Blocks {
		d.HTML("numbers-"+strconv.Itoa(k), b.Numbers)
	}
	p.renderValues(e.Values)
	d.Text("words", e.Words)
}

// renderValues writes the table of symbols. Its rows stay while only the numbers
// change, and with them the keyboard's focus.
func (p *Page) renderValues(values []Value) {
	d := p.doc
	rows := ""
	for k, v := range values {
		stop := ""
		if v.Stop {
			stop = ` tabindex="0"`
		}
		rows += `<tr` + stop + ` data-tip="` + escape(v.Tip) + `"><th scope="row"><math>` + v.Symbol + `</math></th><td>` + v.Name + `</td><td id="value-` + strconv.Itoa(k) + `"></td></tr>`
	}
	if d.HTML("values", rows) {
		for k := range values {
			id := "value-" + strconv.Itoa(k)
			d.Drop(id)
		}
	}
	for k, v := range values {
		d.Text("value-"+strconv.Itoa(k), v.Value)
	}
}

func (p *Page) renderNotice(n *Notice) {
	d := p.doc
	if n == nil {
		d.Set("notice", "hidden", true)
		return
	}
	d.Text("notice-text", n.Text)
	d.Text("notice-hint", n.Hint)
	d.Text("notice-action", n.Action)
	d.Set("notice-action", "hidden", n.Action == "")
	d.Set("notice-test", "hidden", !n.SelfTest)
	d.Set("notice", "hidden", false)
}
