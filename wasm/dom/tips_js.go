package dom

import (
	"strconv"
	"syscall/js"
)

// Tips shows the explanation of a symbol or of a label while it is pointed
// at or focused; that of a label also while the keyboard is in its control. Escape
// hides it.
func Tips(d *Document) {
	tip := d.ID("tip")
	var of js.Value
	hide := func(js.Value) {
		tip.Set("hidden", true)
		if of.Truthy() {
			of.Call("removeAttribute", "aria-describedby")
		}
		of = js.Null()
	}
	show := func(e, term, described js.Value) {
		hide(e)
		of = described
		tip.Set("textContent", term.Call("getAttribute", "data-tip"))
		described.Call("setAttribute", "aria-describedby", "tip")
		tip.Set("hidden", false)
		putBeside(tip, term)
	}
	Listen(d.Value, "mouseover", func(e js.Value) {
		if term := Closest(e, "[data-tip]"); term.Truthy() {
			show(e, term, term)
		}
	})
	Listen(d.Value, "focusin", func(e js.Value) {
		if term := Closest(e, "[data-tip]"); term.Truthy() {
			show(e, term, term)
			return
		}
		control := Closest(e, "input:focus-visible, select:focus-visible")
		if !control.Truthy() {
			return
		}
		if field := control.Call("closest", ".field, .inline"); field.Truthy() {
			if term := field.Call("querySelector", ".term[data-tip]"); term.Truthy() {
				show(e, term, control)
			}
		}
	})
	Listen(d.Value, "mouseout", func(e js.Value) {
		if Closest(e, "[data-tip]").Truthy() {
			hide(e)
		}
	})
	Listen(d.Value, "focusout", hide)
	Listen(d.Value, "keydown", func(e js.Value) {
		if e.Get("key").String() == "Escape" {
			hide(e)
		}
	})
}

// putBeside moves the tip above the symbol, or below it where there is no room,
// and inside the window.
func putBeside(tip, symbol js.Value) {
	at := symbol.Call("getBoundingClientRect")
	size := tip.Call("getBoundingClientRect")
	width, height := size.Get("width").Float(), size.Get("height").Float()
	middle := at.Get("left").Float() + at.Get("width").Float()/2
	left := max(8, min(middle-width/2, window.Get("innerWidth").Float()-width-8))
	top := at.Get("top").Float() - height - 8
	if top < 8 {
		top = at.Get("bottom").Float() + 8
	}
	px := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }
	tip.Get("style").Set("left", px(left))
	tip.Get("style").Set("top", px(top))
}
