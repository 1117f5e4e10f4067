package dom

import (
	"strings"
	"syscall/js"
)

// Document writes to the elements of a page by their id. It remembers what
// it wrote, so that rendering the same view again touches nothing.
type Document struct {
	js.Value
	elements map[string]js.Value
	written  map[string]any
}

// NewDocument takes over the page that the program runs in.
func NewDocument() *Document {
	return &Document{
		Value:    js.Global().Get("document"),
		elements: map[string]js.Value{},
		written:  map[string]any{},
	}
}

// ID returns an element of the page, which has it.
func (d *Document) ID(id string) js.Value {
	if e, ok := d.elements[id]; ok {
		return e
	}
	e := d.Call("getElementById", id)
	if e.IsNull() {
		panic("the page has no element with the id " + id)
	}
	d.elements[id] = e
	return e
}

// Fresh reports whether value differs from what was last written under key.
func (d *Document) Fresh(key string, value any) bool {
	if old, ok := d.written[key]; ok && old == value {
		return false
	}
	d.written[key] = value
	return true
}

// Text sets an element's text.
func (d *Document) Text(id, text string) {
	if d.Fresh(id+" text", text) {
		d.ID(id).Set("textContent", text)
	}
}

// HTML sets an element's content to markup of the program's own, and reports whether
// it was another.
func (d *Document) HTML(id, markup string) bool {
	changed := d.Fresh(id+" html", markup)
	if changed {
		d.ID(id).Set("innerHTML", markup)
	}
	return changed
}

// Attr sets an attribute.
func (d *Document) Attr(id, name, value string) {
	if d.Fresh(id+" @"+name, value) {
		d.ID(id).Call("setAttribute", name, value)
	}
}

// Set sets a property, such as disabled or hidden.
func (d *Document) Set(id, property string, value any) {
	if d.Fresh(id+" ."+property, value) {
		d.ID(id).Set(property, value)
	}
}

// Data sets a data attribute of the body; styles and tests read those.
func (d *Document) Data(name, value string) {
	if d.Fresh("body @"+name, value) {
		d.Get("body").Call("setAttribute", "data-"+name, value)
	}
}

// Style sets a custom property of an element.
func (d *Document) Style(id, property, value string) (changed bool) {
	changed = d.Fresh(id+" style "+property, value)
	if changed {
		d.ID(id).Get("style").Call("setProperty", property, value)
	}
	return changed
}

// Radio checks the button of a group that has the value.
func (d *Document) Radio(group, value string) {
	if !d.Fresh(group+" radio", value) {
		return
	}
	buttons := d.Call("getElementsByName", group)
	for i := range buttons.Length() {
		b := buttons.Index(i)
		b.Set("checked", b.Get("value").String() == value)
	}
}

// Forget lets the next write of a property through: the visitor has changed it.
func (d *Document) Forget(id, property string) {
	delete(d.written, id+" ."+property)
	delete(d.written, id+" radio")
}

// Again lets the next write of a key of Fresh through.
func (d *Document) Again(key string) { delete(d.written, key) }

// Drop forgets an element and all that was written to it: it has been replaced.
func (d *Document) Drop(id string) {
	delete(d.elements, id)
	for key := range d.written {
		if name, _, _ := strings.Cut(key, " "); name == id {
			delete(d.written, key)
		}
	}
}

// Listen calls f for an event of target. f must not block.
func Listen(target js.Value, event string, f func(e js.Value)) {
	target.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	}))
}

// Closest returns the nearest element that matches, of e's target and upwards,
// or null.
func Closest(e js.Value, selector string) js.Value {
	target := e.Get("target")
	if target.Get("closest").Type() != js.TypeFunction {
		return js.Null()
	}
	return target.Call("closest", selector)
}

// Then calls done with what a promise resolves to, or failed with the message it
// is rejected with.
func Then(promise js.Value, done func(js.Value), failed func(message string)) {
	var ok, no js.Func
	release := func() { ok.Release(); no.Release() }
	ok = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer release()
		done(args[0])
		return nil
	})
	no = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer release()
		failed(js.Global().Get("String").Invoke(args[0]).String())
		return nil
	})
	promise.Call("then", ok, no)
}
