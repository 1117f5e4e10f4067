package document

import (
	"html"
	"image/color"
	"strconv"
	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/dom"
	"unnoise/wasm/hall/visit"
	"unnoise/wasm/scene/figures"
)

var window = js.Global()

// Document renders views into exhibits.html.
type Document struct {
	*dom.Document
	emit   func(any)
	last   visit.View
	panels map[string]*panel
	moved  bool // places have changed since they were measured
}

// New takes over the document and calls emit for every event; emit must not block.
// lost is called when the browser takes the drawing surface away.
func New(list []*exhibit.Exhibit, emit func(any), lost func()) *Document {
	d := &Document{Document: dom.NewDocument(), emit: emit, panels: map[string]*panel{}, moved: true}
	d.renderList(list)
	d.listen()
	dom.Tips(d.Document)
	dom.Keys(d.Document, func(button string) { emit(visit.Pressed{Button: button}) })
	dom.TakeCanvas(d.Document, d.ID("show"), true, d.move, lost)
	return d
}

// Moved is emitted where only places have changed.
type Moved struct{}

// ThemeChanged is emitted when the system goes light or dark.
type ThemeChanged struct{}

func (d *Document) move() {
	d.moved = true
	d.emit(Moved{})
}

func (d *Document) renderList(list []*exhibit.Exhibit) {
	items, options := "", ""
	for _, e := range list {
		numbers := ""
		for i, n := range e.References {
			if i > 0 {
				numbers += " "
			}
			numbers += "[" + strconv.Itoa(n) + "]"
		}
		year, title := strconv.Itoa(e.Year), html.EscapeString(e.Title)
		items += `<li><a href="#` + e.ID + `" data-exhibit="` + e.ID + `"><span class="year">` + year + `</span><span class="name">` + title +
			`</span><span class="numbers">` + numbers + `</span></a></li>`
		options += `<option value="` + e.ID + `">` + year + "  " + title + `</option>`
	}
	d.HTML("exhibits", items)
	d.HTML("menu", options)
}

func (d *Document) listen() {
	dom.Listen(d.ID("exhibits"), "click", func(e js.Value) {
		if a := dom.Closest(e, "a[data-exhibit]"); a.Truthy() && !e.Get("ctrlKey").Bool() && !e.Get("metaKey").Bool() {
			e.Call("preventDefault")
			d.emit(visit.Chosen{ID: a.Get("dataset").Get("exhibit").String()})
		}
	})
	menu := d.ID("menu")
	dom.Listen(menu, "change", func(js.Value) {
		d.Forget("menu", "value")
		d.emit(visit.Chosen{ID: menu.Get("value").String()})
	})
	dom.Listen(d.Value, "click", func(e js.Value) {
		b := dom.Closest(e, "button")
		if !b.Truthy() {
			return
		}
		data := b.Get("dataset")
		switch {
		case data.Get("preset").Truthy():
			k, _ := strconv.Atoi(data.Get("preset").String())
			d.emit(visit.PresetChosen{Index: k})
		case data.Get("choice").Truthy():
			d.emit(visit.Edited{Control: data.Get("control").String(), Value: data.Get("choice").String()})
		case data.Get("press").Truthy():
			d.pressed(data.Get("press").String())
		case b.Get("id").String() != "":
			d.emit(visit.Pressed{Button: b.Get("id").String()})
		}
	})
	slider := d.ID("timeline")
	dom.Listen(slider, "input", func(js.Value) {
		d.Forget("timeline", "value")
		position, _ := strconv.Atoi(slider.Get("value").String())
		d.emit(visit.Scrubbed{Position: position})
	})
	d.listenToControls()
	dom.Listen(window, "popstate", func(js.Value) {
		dom.ForgetFollowing()
		d.emit(visit.HashChanged{Hash: dom.Hash()})
	})
	dark := window.Call("matchMedia", "(prefers-color-scheme: dark)")
	dom.Listen(dark, "change", func(js.Value) { d.emit(ThemeChanged{}) })
	dom.Listen(window, "unnoise-update", func(e js.Value) {
		d.emit(visit.UpdateReady{Apply: func() { e.Get("detail").Invoke() }})
	})
}

// Render shows a view and returns what is to be drawn.
func (d *Document) Render(v visit.View) []figures.Item {
	e := v.State.Exhibit()
	d.Data("state", v.Phase)
	d.Data("tier", v.Tier.Kind)
	d.Text("tier-name", v.Tier.Text)
	d.Attr("tier", "data-tip", v.Tier.Why)
	if old := d.last.State.Exhibit(); old != e {
		d.open(e)
	}
	d.renderPresets(v)
	d.renderControls(v)
	d.renderNotice(v.Notice)
	d.renderTime(v)
	d.renderLoading(v)
	d.renderReadouts(v)
	d.renderEquations(v)
	d.Text("live", v.Live)
	items := d.renderPanels(v)
	d.last = v
	return items
}

// open lays out another exhibit.
func (d *Document) open(e *exhibit.Exhibit) {
	d.Data("exhibit", e.ID)
	d.Set("title", "textContent", e.Title)
	d.Value.Set("title", e.Title+" · Unnoise")
	d.Text("sentences", e.Sentences[0]+" "+e.Sentences[1]+" "+e.Sentences[2])
	references := ""
	for i, n := range e.References {
		work, err := exhibit.Reference(n)
		if err != nil {
			continue // Check has seen it
		}
		if i > 0 {
			references += " · "
		}
		references += `<a href="` + html.EscapeString(work.Link) + `" rel="noopener" data-tip="` + html.EscapeString(work.Authors+": "+work.Title+".") + `">[` +
			strconv.Itoa(n) + "] " + html.EscapeString(shortAuthors(work.Authors)) + " " + strconv.Itoa(work.Year) + "</a>"
	}
	d.HTML("references", references)
	d.Set("menu", "value", e.ID)
	links := d.ID("exhibits").Call("querySelectorAll", "a")
	for i := range links.Length() {
		a := links.Index(i)
		if a.Get("dataset").Get("exhibit").String() == e.ID {
			a.Call("setAttribute", "aria-current", "page")
			a.Call("scrollIntoView", map[string]any{"block": "nearest"})
		} else {
			a.Call("removeAttribute", "aria-current")
		}
	}
	d.layPresets(e)
	d.layControls(e)
	d.layPanels(e)
	d.ID("show").Get("parentNode").Set("scrollTop", 0)
}

func (d *Document) layPresets(e *exhibit.Exhibit) {
	markup := `<button type="button" data-preset="` + strconv.Itoa(visit.AsOpened) + `" data-tip="Back to the settings that this exhibit opens with.">As it opens</button>`
	for k, p := range e.Presets {
		markup += `<button type="button" data-preset="` + strconv.Itoa(k) + `" data-tip="` + html.EscapeString(p.Tip) + `">` + html.EscapeString(p.Name) + "</button>"
	}
	d.HTML("presets", markup)
	d.Set("presets", "hidden", len(e.Presets) == 0)
	d.Again("presets chosen")
}

// renderPresets marks the preset that the state is.
func (d *Document) renderPresets(v visit.View) {
	if !d.Fresh("presets chosen", strconv.Itoa(v.Preset)) {
		return
	}
	buttons, chosen := d.ID("presets").Get("children"), strconv.Itoa(v.Preset)
	for k := range buttons.Length() {
		b := buttons.Index(k)
		b.Call("setAttribute", "aria-pressed", strconv.FormatBool(b.Get("dataset").Get("preset").String() == chosen))
	}
}

func (d *Document) renderNotice(n *visit.Notice) {
	d.Set("notice", "hidden", n == nil)
	if n == nil {
		return
	}
	d.Text("notice-text", n.Text)
	d.Text("notice-hint", n.Hint)
	d.Text("notice-action", n.Action)
	d.Set("notice-action", "hidden", n.Action == "")
}

func (d *Document) renderLoading(v visit.View) {
	b := v.Progress
	d.Set("loading", "hidden", b == nil)
	show := d.ID("show").Get("classList")
	if stale := b != nil && v.Stale; d.Fresh("show stale", stale) {
		show.Call("toggle", "stale", stale)
	}
	if b == nil {
		return
	}
	d.Text("loading-text", b.Text)
	d.Text("loading-bytes", b.Amount)
	if b.Total > 0 {
		d.Set("loading-bar", "value", float64(b.Done)/float64(b.Total))
		return
	}
	d.ID("loading-bar").Call("removeAttribute", "value")
	d.Forget("loading-bar", "value")
}

func (d *Document) renderTime(v visit.View) {
	t := v.Time
	d.Set("moving", "hidden", t.Hidden)
	d.Set("timeline", "disabled", v.Moment == nil)
	d.Set("timeline", "max", max(1, t.Max))
	d.Set("timeline", "value", strconv.Itoa(max(0, t.Now)))
	text := t.Label
	if text == "" {
		text = "moment " + strconv.Itoa(t.Now+1)
	}
	d.Attr("timeline", "aria-valuetext", text)
	share := func(n int) string {
		return strconv.FormatFloat(100*float64(max(0, n))/float64(max(1, t.Max)), 'f', 2, 64) + "%"
	}
	d.Style("timeline", "--fill", share(t.Now))
	d.Style("timeline", "--ready", share(t.Ready))
	d.Data("step", strconv.Itoa(t.Now))
	d.Data("steps", strconv.Itoa(t.Max))
	d.Text("position", t.Label)
	d.Attr("play", "data-playing", strconv.FormatBool(t.Playing))
	d.Attr("play", "aria-label", map[bool]string{true: "Pause", false: "Play"}[t.Playing])
	for id, can := range map[string]bool{
		"play": v.Moment != nil || v.Again, "restart": t.Back, "step-back": t.Back, "step-forward": t.Forward, "save-stage": v.Moment != nil,
	} {
		d.Set(id, "disabled", !can)
	}
	d.Text("expected", v.Expected)
	d.Set("cancel", "hidden", !v.Cancel)
	d.Set("again", "hidden", !v.Again)
	d.Text("copy-link", map[bool]string{true: "Copied", false: "Copy link"}[v.Copied])
}

// Palette reads the theme's colours from the style sheet.
func Palette() figures.Palette {
	p := figures.Palette{
		Ground: dom.Colour("--ground"), Text: dom.Colour("--text"), Line: dom.Colour("--line"),
		Low: dom.Colour("--fig-low"), High: dom.Colour("--fig-high"), Accent: dom.Colour("--accent"),
		Roles: map[figure.Colour]color.RGBA{},
	}
	for _, c := range []figure.Colour{figure.A, figure.B, figure.C, figure.D, figure.Forward, figure.Reverse, figure.Quiet} {
		p.Roles[c] = dom.Colour("--fig-" + string(c))
	}
	return p
}
