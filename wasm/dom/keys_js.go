package dom

import "syscall/js"

// Keys makes the space bar play and the arrow keys step wherever no
// control needs them.
//
// press gets the id of the button that a key stands for.
func Keys(d *Document, press func(button string)) {
	const controls = "button, select, textarea, input:not(#timeline), canvas, a[href], [role=radio], [role=application]"
	Listen(d.Value, "keydown", func(e js.Value) {
		if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() || Closest(e, controls).Truthy() {
			return
		}
		key := e.Get("key").String()
		button := map[string]string{" ": "play", "ArrowLeft": "step-back", "ArrowRight": "step-forward", "Home": "restart"}[key]
		// The timeline moves itself by the arrow keys.
		if button == "" || key != " " && Closest(e, "#timeline").Truthy() {
			return
		}
		e.Call("preventDefault")
		press(button)
	})
}
