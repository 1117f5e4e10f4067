package page

import (
	"math"
	"strconv"
	"syscall/js"

	"unnoise/wasm/dom"
)

// listenToTimeline reports the slider and presses on the film above it.
func (p *Page) listenToTimeline() {
	slider := p.doc.ID("timeline")
	dom.Listen(slider, "input", func(js.Value) {
		p.doc.Forget("timeline", "value")
		position, _ := strconv.Atoi(slider.Get("value").String())
		p.emit(Scrubbed{position})
	})
	film := p.doc.ID("frame-film")
	scrub := func(e js.Value) {
		if p.last.Timeline.Enabled {
			p.emit(Scrubbed{filmPosition(film, e.Get("clientX").Float(), p.last.Timeline.Max)})
		}
	}
	dom.Listen(film, "pointerdown", func(e js.Value) {
		film.Call("setPointerCapture", e.Get("pointerId"))
		slider.Call("focus", map[string]any{"preventScroll": true})
		scrub(e)
	})
	dom.Listen(film, "pointermove", func(e js.Value) {
		if e.Get("buttons").Int()&1 != 0 {
			scrub(e)
		}
	})
}

// filmPosition is the moment under a point of the film, whose first and last
// frames are squares at its ends.
func filmPosition(film js.Value, clientX float64, last int) int {
	box := film.Call("getBoundingClientRect")
	h := box.Get("height").Float()
	along := (clientX - box.Get("left").Float() - h/2) / (box.Get("width").Float() - h)
	return int(math.Round(max(0, min(1, along)) * float64(last)))
}

func (p *Page) renderTimeline(v View) {
	d, t := p.doc, v.Timeline
	d.Set("timeline", "disabled", !t.Enabled)
	d.Set("timeline", "max", t.Max)
	d.Set("timeline", "value", strconv.Itoa(t.Now))
	d.Attr("timeline", "aria-valuetext", t.Text)
	d.Attr("timeline", "aria-label", t.Label)
	share := func(n int) string {
		return strconv.FormatFloat(100*float64(n)/float64(max(1, t.Max)), 'f', 2, 64) + "%"
	}
	d.Style("timeline", "--fill", share(t.Now))
	d.Style("timeline", "--ready", share(t.Ready))
	d.Data("step", strconv.Itoa(t.Now))
	d.Data("steps", strconv.Itoa(t.Max))
	d.HTML("position", t.Position)
	d.Text("expected", v.Expected)

	b := v.Buttons
	d.Attr("play", "data-playing", strconv.FormatBool(b.Playing))
	d.Attr("play", "aria-label", b.PlayLabel)
	for id, can := range map[string]bool{
		"play": b.Play, "restart": b.Back, "step-back": b.Back, "step-forward": b.Forward,
		"save-picture": b.SavePicture, "save-film": b.SaveFilm, "from-here": b.FromHere,
	} {
		d.Set(id, "disabled", !can)
	}
	d.Set("cancel", "hidden", !b.Cancel)
	// A timestep is chosen, not played.
	for _, id := range []string{"play", "restart"} {
		d.Set(id, "hidden", v.Tab == Noise)
	}
	label := "Copy link"
	if b.CopyLinkDone {
		label = "Copied"
	}
	d.Text("copy-link", label)
}
