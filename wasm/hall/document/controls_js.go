package document

import (
	"strconv"
	"strings"
	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/wasm/dom"
	"unnoise/wasm/hall/visit"
)

func (d *Document) layControls(e *exhibit.Exhibit) {
	if old := d.last.State.Exhibit(); old != nil {
		for _, c := range old.Controls {
			for _, id := range []string{"control-" + c.ID, "control-" + c.ID + "-value", "control-" + c.ID + "-tip", "field-" + c.ID} {
				d.Drop(id)
			}
		}
	}
	markup := ""
	for _, c := range e.Controls {
		markup += controlMarkup(c)
	}
	d.Drop("controls")
	d.HTML("controls", markup)
}

// controlOf is the control that an event is of.
func (d *Document) controlOf(e js.Value) (exhibit.Control, js.Value, bool) {
	target := e.Get("target")
	id := target.Get("dataset").Get("control")
	if open := d.last.State.Exhibit(); id.Truthy() && open != nil {
		for _, c := range open.Controls {
			if c.ID == id.String() {
				return c, target, true
			}
		}
	}
	return exhibit.Control{}, target, false
}

func (d *Document) listenToControls() {
	form := d.ID("controls")
	dom.Listen(form, "submit", func(e js.Value) { e.Call("preventDefault") })
	value := func(c exhibit.Control, target js.Value) string {
		switch c.Kind {
		case exhibit.Range:
			at, _ := strconv.ParseFloat(target.Get("value").String(), 64)
			return valueAt(c, at)
		case exhibit.Toggle:
			return map[bool]string{true: "on", false: "off"}[target.Get("checked").Bool()]
		}
		return strings.TrimSpace(target.Get("value").String())
	}
	dom.Listen(form, "input", func(e js.Value) {
		if c, target, ok := d.controlOf(e); ok && c.Kind == exhibit.Range {
			d.Forget("control-"+c.ID, "value")
			d.emit(visit.Edited{Control: c.ID, Value: value(c, target), Dragging: true})
		}
	})
	dom.Listen(form, "change", func(e js.Value) {
		c, target, ok := d.controlOf(e)
		if !ok {
			return
		}
		for _, property := range []string{"value", "checked"} {
			d.Forget("control-"+c.ID, property)
		}
		d.Again("control-" + c.ID + " radio")
		d.emit(visit.Edited{Control: c.ID, Value: value(c, target)})
	})
}

func (d *Document) renderControls(v visit.View) {
	for _, c := range v.State.Exhibit().Controls {
		id := "control-" + c.ID
		d.Set("field-"+c.ID, "hidden", !v.State.Shown(c))
		if c.Kind == exhibit.Button {
			continue
		}
		text := v.State.Text(c.ID)
		_, invalid := v.Invalid[c.ID]
		switch c.Kind {
		case exhibit.Choice:
			if segmented(c) {
				d.Radio(id, text)
				continue
			}
			d.Set(id, "value", text)
			for _, o := range c.Options {
				if o.ID == text {
					d.Text(id+"-tip", o.Tip)
				}
			}
		case exhibit.Range:
			at := strconv.FormatFloat(position(c, v.State.Float(c.ID)), 'g', -1, 64)
			if d.Fresh(id+" .value", at) {
				d.ID(id).Set("value", at)
				dom.Fill(d.ID(id))
			}
			shown := strings.Replace(text, "-", "−", 1)
			d.Text(id+"-value", shown)
			d.Attr(id, "aria-valuetext", shown)
		case exhibit.Toggle:
			d.Set(id, "checked", text == "on")
		case exhibit.Number, exhibit.Seed, exhibit.Text:
			if !invalid { // what cannot be run stays in its field, to be corrected
				d.Set(id, "value", text)
			}
			d.Attr(id, "aria-invalid", strconv.FormatBool(invalid))
		}
	}
}
