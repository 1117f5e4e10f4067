package page

import (
	"strconv"
	"syscall/js"

	"unnoise/model/diffusion"
	"unnoise/model/run"
)

// listenToControls reports the form's controls, the tabs and all buttons.
func (p *Page) listenToControls() {
	form := p.doc.id("spec")
	listen(form, "submit", func(e js.Value) { e.Call("preventDefault") })
	listen(form, "change", func(e js.Value) {
		t := e.Get("target")
		field := t.Get("name").String()
		if field == "" {
			field = t.Get("id").String()
		}
		p.doc.forget(field, "value")
		p.emit(Edited{field, t.Get("value").String()})
	})
	// While a slider moves, only the number beside it follows.
	for _, id := range []string{"eta", "guidance"} {
		slider := p.doc.id(id)
		listen(slider, "input", func(js.Value) {
			p.doc.forget(id, "value")
			p.doc.text(id+"-value", slider.Get("value").String())
			fill(slider)
		})
	}
	listen(p.doc.Value, "click", func(e js.Value) {
		if b := closest(e, "button"); b.Truthy() {
			p.clicked(b)
		}
	})
	listen(p.doc.Call("querySelector", "[role=tablist]"), "keydown", func(e js.Value) {
		if key := e.Get("key").String(); key == "ArrowLeft" || key == "ArrowRight" {
			other := map[Tab]Tab{Denoise: Noise, Noise: Denoise}[p.last.Tab]
			p.doc.id("tab-" + string(other)).Call("focus")
			p.emit(TabChosen{other})
			e.Call("preventDefault")
		}
	})
	listenToRadios(p.doc.id("picks"), func(b js.Value) { p.emit(Picked{dataset(b, "pick")}) })
	listenToRadios(p.doc.id("gallery"), func(b js.Value) { p.emit(SampleChosen{dataset(b, "sample")}) })
	seed := p.doc.id("noise-seed")
	listen(seed, "change", func(js.Value) {
		p.doc.forget("noise-seed", "value")
		p.emit(NoiseSeedEdited{seed.Get("value").String()})
	})
}

func (p *Page) clicked(button js.Value) {
	if steps := button.Get("dataset").Get("steps"); steps.Truthy() {
		p.doc.forget("steps", "value")
		p.emit(Edited{"steps", steps.String()})
		return
	}
	switch id := button.Get("id").String(); id {
	case "":
	case "tab-denoise":
		p.emit(TabChosen{Denoise})
	case "tab-noise":
		p.emit(TabChosen{Noise})
	default:
		p.emit(Pressed{id})
	}
}

// listenToRadios makes a group of role=radio buttons behave as one: arrow keys
// move the choice.
func listenToRadios(group js.Value, choose func(button js.Value)) {
	listen(group, "click", func(e js.Value) {
		if b := closest(e, "[role=radio]"); b.Truthy() {
			choose(b)
		}
	})
	listen(group, "keydown", func(e js.Value) {
		by := map[string]int{"ArrowLeft": -1, "ArrowUp": -1, "ArrowRight": 1, "ArrowDown": 1}[e.Get("key").String()]
		now := closest(e, "[role=radio]")
		if by == 0 || !now.Truthy() {
			return
		}
		e.Call("preventDefault")
		next := now.Get("previousElementSibling")
		if by > 0 {
			next = now.Get("nextElementSibling")
		}
		if next.Truthy() {
			next.Call("focus")
			choose(next)
		}
	})
}

func dataset(e js.Value, name string) int {
	n, _ := strconv.Atoi(e.Get("dataset").Get(name).String())
	return n
}

func (p *Page) renderControls(c Controls, start string) {
	d, s := p.doc, c.Spec
	p.renderClasses(c)
	d.set("class", "value", strconv.Itoa(s.Class))
	d.radio("sampler", s.Sampler)
	d.radio("variance", s.Variance)
	d.radio("spacing", s.Spacing)
	d.set("field-eta", "hidden", s.Sampler != run.DDIM)
	d.set("field-variance", "hidden", s.Sampler != run.DDPM)
	d.set("field-spacing", "hidden", !s.Spaced())
	d.set("steps", "max", c.MaxSteps)
	// What cannot be run stays in its field, to be corrected.
	if !c.Invalid["steps"] {
		d.set("steps", "value", strconv.Itoa(s.Steps))
	}
	if !c.Invalid["seed"] {
		d.set("seed", "value", strconv.FormatUint(s.Seed, 10))
	}
	// Without a class there is nothing to be guided to.
	d.set("guidance", "disabled", s.Class == diffusion.NoClass)
	for id, value := range map[string]float64{"eta": s.Eta, "guidance": s.Guidance} {
		text := strconv.FormatFloat(value, 'g', -1, 64)
		if d.fresh(id+" .value", text) {
			d.id(id).Set("value", text)
			delete(d.written, id+"-value text")
			fill(d.id(id))
		}
		d.text(id+"-value", text)
	}
	d.radio("n", strconv.Itoa(s.N))
	for _, field := range []string{"class", "steps", "seed"} {
		d.attr(field, "aria-invalid", strconv.FormatBool(c.Invalid[field]))
	}
	d.set("start", "hidden", start == "")
	d.text("start-text", start)
}

func (p *Page) renderClasses(c Controls) {
	d := p.doc
	d.set("class", "disabled", !c.Enabled || len(c.Classes) == 0)
	markup := `<option value="-1">none: whatever comes</option>`
	if class := c.Spec.Class; len(c.Classes) == 0 && class >= 0 {
		markup += `<option value="` + strconv.Itoa(class) + `">` + ClassNumber(class) + `</option>`
	}
	for k, name := range c.Classes {
		markup += `<option value="` + strconv.Itoa(k) + `">` + escape(name) + `</option>`
	}
	if d.html("class", markup) {
		d.forget("class", "value")
	}
}

// fill colours the part of a slider's track that lies before its thumb.
func fill(slider js.Value) {
	get := func(name string) float64 { return js.Global().Call("Number", slider.Get(name)).Float() }
	low, high, value := get("min"), get("max"), get("value")
	share := 0.0
	if high > low {
		share = (value - low) / (high - low)
	}
	slider.Get("style").Call("setProperty", "--fill", strconv.FormatFloat(100*share, 'f', 2, 64)+"%")
}
