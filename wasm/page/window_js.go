package page

import (
	"syscall/js"

	"unnoise/wasm/dom"
)

var window = js.Global()

// listenToWindow reports what the browser does: places, history, theme.
func (p *Page) listenToWindow() {
	moved := func() { p.emit(Moved{p.Places()}) }
	observer := window.Get("ResizeObserver").New(js.FuncOf(func(js.Value, []js.Value) any {
		moved()
		return nil
	}))
	for _, id := range []string{"frame-xt", "frame-x0", "frame-eps", "frame-film"} {
		observer.Call("observe", p.doc.ID(id))
	}
	dom.Listen(window, "popstate", func(js.Value) {
		dom.ForgetFollowing()
		p.emit(HashChanged{dom.Hash()})
	})
	dark := window.Call("matchMedia", "(prefers-color-scheme: dark)")
	dom.Listen(dark, "change", func(js.Value) { p.emit(ThemeChanged{}) })
	dom.Listen(window, "unnoise-update", func(e js.Value) { p.emit(UpdateReady{func() { e.Get("detail").Invoke() }}) })
}

// Places says where the pictures belong.
func (p *Page) Places() Places {
	show := p.doc.ID("show").Call("getBoundingClientRect")
	box := func(id string) Box {
		r := p.doc.ID(id).Call("getBoundingClientRect")
		get := func(name string) float64 { return r.Get(name).Float() }
		return Box{get("left") - show.Get("left").Float(), get("top") - show.Get("top").Float(), get("width"), get("height")}
	}
	return Places{Large: box("frame-xt"), Guess: box("frame-x0"), Noise: box("frame-eps"), Film: box("frame-film")}
}
