package page

import (
	"strconv"
	"syscall/js"

	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/wasm/dom"
)

// listenToControls reports the form's controls, the tabs and all buttons.
func (p *Page) listenToControls() {
	form := p.doc.ID("spec")
	dom.Listen(form, "submit", func(e js.Value) { e.Call("preventDefault") })
	dom.Listen(form, "change", func(e js.Value) {
		t := e.Get("target")
		field := t.Get("name").String()
		if field == "" {
			field = t.Get("id").String()
		}
		p.doc.Forget(field, "value")
		p.emit(Edited{field, t.Get("value").String()})
	})
	// While a slider moves, only the number beside it follows.
	for _, id := range []string{"eta", "guidance"} {
		slider := p.doc.ID(id)
		dom.Listen(slider, "input", func(js.Value) {
			p.doc.Forget(id, "value")
			p.doc.Text(id+"-value", slider.Get("value").String())
			dom.Fill(slider)
		})
	}
	dom.Listen(p.doc.Value, "click", func(e js.Value) {
		if b := dom.Closest(e, "button"); b.Truthy() {
			p.clicked(b)
		}
	})
	dom.Listen(p.doc.Call("querySelector", "[role=tablist]"), "keydown", func(e js.Value) {
		if key := e.Get("key").String(); key == "ArrowLeft" || key == "ArrowRight" {
			other := map[Tab]Tab{Denoise: Noise, Noise: Denoise}[p.last.Tab]
			p.doc.ID("tab-" + string(other)).Call("focus")
			p.emit(TabChosen{other})
			e.Call("preventDefault")
		}
	})
	listenToRadios(p.doc.ID("picks"), func(b js.Value) { p.emit(Picked{dataset(b, "pick")}) })
	listenToRadios(p.doc.ID("gallery"), func(b js.Value) { p.emit(SampleChosen{dataset(b, "sample")}) })
	seed := p.doc.ID("noise-seed")
	dom.Listen(seed, "change", func(js.Value) {
		p.doc.Forget("noise-seed", "value")
		p.emit(NoiseSeedEdited{seed.Get("value").String()})
	})
}

func (p *Page) clicked(button js.Value) {
	if steps := button.Get("dataset").Get("steps"); steps.Truthy() {
		p.doc.Forget("steps", "value")
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
	dom.Listen(group, "click", func(e js.Value) {
		if b := dom.Closest(e, "[role=radio]"); b.Truthy() {
			choose(b)
		}
	})
	dom.Listen(group, "keydown", func(e js.Value) {
		by := map[string]int{"ArrowLeft": -1, "ArrowUp": -1, "ArrowRight": 1, "ArrowDown": 1}[e.Get("key").String()]
		now := dom.Closest(e, "[role=radio]")
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
	d.Set("class", "value", strconv.Itoa(s.Class))
	d.Radio("sampler", s.Sampler)
	d.Radio("variance", s.Variance)
	d.Radio("spacing", s.Spacing)
	d.Set("field-eta", "hidden", s.Sampler != run.DDIM)
	d.Set("field-variance", "hidden", s.Sampler != run.DDPM)
	d.Set("field-spacing", "hidden", !s.Spaced())
	d.Set("steps", "max", c.MaxSteps)
	// What cannot be run stays in its field, to be corrected.
	if !c.Invalid["steps"] {
		d.Set("steps", "value", strconv.Itoa(s.Steps))
	}
	if !c.Invalid["seed"] {
		d.Set("seed", "value", strconv.FormatUint(s.Seed, 10))
	}
	// Without a class there is nothing to be guided to.
	d.Set("guidance", "disabled", s.Class == diffusion.NoClass)
	for id, value := range map[string]float64{"eta": s.Eta, "guidance": s.Guidance} {
		text := strconv.FormatFloat(value, 'g', -1, 64)
		if d.Fresh(id+" .value", text) {
			d.ID(id).Set("value", text)
			d.Again(id + "-value text")
			dom.Fill(d.ID(id))
		}
		d.Text(id+"-value", text)
	}
	d.Radio("n", strconv.Itoa(s.N))
	for _, field := range []string{"class", "steps", "seed"} {
		d.Attr(field, "aria-invalid", strconv.FormatBool(c.Invalid[field]))
	}
	d.Set("start", "hidden", start == "")
	d.Text("start-text", start)
}

func (p *Page) renderClasses(c Controls) {
	d := p.doc
	d.Set("class", "disabled", !c.Enabled || len(c.Classes) == 0)
	markup := `<option value="-1">none: whatever comes</option>`
	if class := c.Spec.Class; len(c.Classes) == 0 && class >= 0 {
		markup += `<option value="` + strconv.Itoa(class) + `">` + ClassNumber(class) + `</option>`
	}
	for k, name := range c.Classes {
		markup += `<option value="` + strconv.Itoa(k) + `">` + escape(name) + `</option>`
	}
	if d.HTML("class", markup) {
		d.Forget("class", "value")
	}
}
