package document

import (
	"html"
	"strconv"
	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/chart"
	"unnoise/wasm/hall/visit"
	"unnoise/wasm/scene"
	"unnoise/wasm/scene/figures"
)

// panel is a place for a figure, as it is laid out now.
type panel struct {
	exhibit.Panel
	place  scene.Rect // of its frame, from the show's corner
	figure figure.Figure
	pen    *pen
}

func (d *Document) layPanels(e *exhibit.Exhibit) {
	if old := d.last.State.Exhibit(); old != nil {
		for _, p := range old.Panels {
			for _, part := range []string{"frame-", "marks-", "legend-", "pen-", "pen-said-"} {
				d.Drop(part + p.ID)
			}
		}
	}
	clear(d.panels)
	markup, spans := "", spans(e.Panels)
	for i, p := range e.Panels {
		title := html.EscapeString(p.Title)
		if p.Tip != "" {
			title = `<span class="term" tabindex="0" data-tip="` + html.EscapeString(p.Tip) + `">` + title + "</span>"
		}
		pen := ""
		if p.Draw != "" {
			pen = `<div class="pen" id="pen-` + p.ID + `" tabindex="0" role="application" hidden></div><span class="visually-hidden" role="status" id="pen-said-` + p.ID + `"></span>`
		}
		markup += `<section class="work" style="--span:` + strconv.Itoa(spans[i]) + `" data-panel="` + p.ID + `"><h3>` + title + `</h3><div class="frame empty" id="frame-` + p.ID +
			`"><div class="marks" id="marks-` + p.ID + `"></div>` + pen + `</div><div id="legend-` + p.ID + `"></div></section>`
	}
	d.Drop("panels")
	d.HTML("panels", markup)
	observer := window.Get("ResizeObserver").New(js.FuncOf(func(js.Value, []js.Value) any {
		d.move()
		return nil
	}))
	for _, p := range e.Panels {
		d.panels[p.ID] = &panel{Panel: p}
		observer.Call("observe", d.ID("frame-"+p.ID))
		if p.Draw != "" {
			d.panels[p.ID].pen = d.newPen(p)
		}
	}
	d.moved = true
}

// measure reads where the frames are.
func (d *Document) measure() {
	if !d.moved {
		return
	}
	d.moved = false
	show := d.ID("show").Call("getBoundingClientRect")
	for id, p := range d.panels {
		r := d.ID("frame-" + id).Call("getBoundingClientRect")
		get := func(name string) float64 { return r.Get(name).Float() }
		p.place = scene.Rect{X: get("left") - show.Get("left").Float(), Y: get("top") - show.Get("top").Float(), W: get("width"), H: get("height")}
	}
}

// renderPanels writes what the document shows of the figures, and returns what is to
// be drawn. Legends come first: they take room from the frames.
func (d *Document) renderPanels(v visit.View) []figures.Item {
	var items []figures.Item
	of := func(p exhibit.Panel) figure.Figure {
		if v.Moment == nil {
			return nil
		}
		return v.Moment.Figures[p.ID]
	}
	for _, p := range v.State.Exhibit().Panels {
		f := of(p)
		if f == nil {
			d.HTML("legend-"+p.ID, "")
			continue
		}
		if d.HTML("legend-"+p.ID, chart.Legend(f)) {
			d.moved = true
		}
		d.Style("frame-"+p.ID, "--aspect", strconv.FormatFloat(figures.Aspect(f), 'f', 3, 64))
	}
	d.measure()
	d.layRows(v.State.Exhibit().Panels, of)
	for _, p := range v.State.Exhibit().Panels {
		f, at := of(p), d.panels[p.ID]
		at.figure = f
		d.Set("frame-"+p.ID, "className", map[bool]string{true: "frame empty", false: "frame"}[f == nil])
		if f == nil {
			d.HTML("marks-"+p.ID, "")
			continue
		}
		d.HTML("marks-"+p.ID, marks(f, p.Title, at.place.W, at.place.H))
		d.describe(p, f, v.Moment.Words)
		switch f.(type) {
		case *figure.Pictures, *figure.Plane:
			items = append(items, figures.Item{Place: at.place, Figure: f})
		}
		if at.pen != nil {
			at.pen.render(v.State)
		}
	}
	return items
}

// layRows gives strips the height that they need, and other panels the rest.
func (d *Document) layRows(panels []exhibit.Panel, of func(exhibit.Panel) figure.Figure) {
	strips := make([]float64, len(panels))
	for i, p := range panels {
		strips[i] = strip(p, of(p), d.panels[p.ID].place.W)
		if d.Style("frame-"+p.ID, "--strip", strconv.FormatFloat(strips[i], 'f', 0, 64)+"px") {
			d.moved = true
		}
	}
	if d.Style("panels", "--rows", gridRows(spans(panels), strips)) {
		d.moved = true
	}
	d.measure()
}

// describe gives a panel its text alternative.
func (d *Document) describe(p exhibit.Panel, f figure.Figure, words string) {
	role := "img"
	switch f.(type) {
	case *figure.Table, *figure.Diagram:
		role = "group"
	}
	if p.Draw != "" {
		role = "group" // the pen is within
	}
	d.Attr("frame-"+p.ID, "role", role)
	text := p.Title
	if more := chart.Describe(f); more != "" {
		text += ". " + more
	}
	d.Attr("frame-"+p.ID, "aria-label", text)
}
