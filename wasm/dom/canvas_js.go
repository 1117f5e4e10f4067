package dom

import (
	"strconv"
	"syscall/js"
)

// TakeCanvas puts the canvas that Ebitengine has appended to the body where this
// page wants it: behind the pictures, out of the keyboard's and the screen
// reader's way, since the document speaks for it.
//
// show is the element that the canvas covers. With keep its pixels can be read at any
// time, for a copy of every frame. moved is called when show has another
// size, lost when the browser has taken the WebGL context away.
func TakeCanvas(d *Document, show js.Value, keep bool, moved, lost func()) {
	canvas := d.Call("querySelector", "body > canvas")
	canvas.Set("tabIndex", -1)
	canvas.Call("setAttribute", "aria-hidden", "true")
	keepPlain(canvas, keep)
	keepInShow(d, show, canvas, moved)
	// Ebitengine would reload the page when the browser takes the WebGL context
	// away; here that becomes an event.
	window.Call("addEventListener", "webglcontextlost", js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("stopImmediatePropagation")
		lost()
		return nil
	}), true)
}

// keepPlain asks for a WebGL context without multisampling: all that is drawn is
// rectangles on whole pixels, and a software GPU would take four times as long.
func keepPlain(canvas js.Value, keep bool) {
	getContext := canvas.Get("getContext").Call("bind", canvas)
	canvas.Set("getContext", js.FuncOf(func(_ js.Value, args []js.Value) any {
		attributes := window.Get("Object").Call("assign", map[string]any{"antialias": false, "preserveDrawingBuffer": keep}, args[1])
		return getContext.Invoke(args[0], attributes)
	}))
}

// keepInShow moves the canvas behind the pictures. There it scrolls with them,
// and no pixel of the window is drawn for nothing.
//
// Ebitengine gives its canvas the size of the body and looks it up there; told
// the size of the show instead, it draws just that. It takes a new size when the
// window says so.
func keepInShow(d *Document, show, canvas js.Value, moved func()) {
	show.Call("prepend", canvas)
	for _, size := range []string{"clientWidth", "clientHeight"} {
		window.Get("Object").Call("defineProperty", d.Get("body"), size, map[string]any{
			"get": js.FuncOf(func(js.Value, []js.Value) any { return show.Get(size) }),
		})
	}
	window.Get("ResizeObserver").New(js.FuncOf(func(js.Value, []js.Value) any {
		for property, size := range map[string]string{"width": "clientWidth", "height": "clientHeight"} {
			canvas.Get("style").Set(property, strconv.Itoa(show.Get(size).Int())+"px")
		}
		window.Call("dispatchEvent", window.Get("Event").New("resize"))
		moved()
		return nil
	})).Call("observe", show)
}
