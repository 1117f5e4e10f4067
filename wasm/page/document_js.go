package page

import "syscall/js"

// document writes to the elements of index.html by their id. It remembers what
// it wrote, so that rendering the same view again touches nothing.
type document struct {
	js.Value
	elements map[string]js.Value
	written  map[string]any
}

func newDocument() *document {
	return &document{
		Value:    js.Global().Get("document"),
		elements: map[string]js.Value{},
		written:  map[string]any{},
	}
}

// id returns an element of index.html, which has it.
func (d *document) id(id string) js.Value {
	if e, ok := d.elements[id]; ok {
		return e
	}
	e := d.Call("getElementById", id)
	if e.IsNull() {
		panic("index.html has no element with the id " + id)
	}
	d.elements[id] = e
	return e
}

// fresh reports whether value differs from what was last written under key.
func (d *document) fresh(key string, value any) bool {
	if old, ok := d.written[key]; ok && old == value {
		return false
	}
	d.written[key] = value
	return true
}

// text sets an element's text.
func (d *document) text(id, text string) {
	if d.fresh(id+" text", text) {
		d.id(id).Set("textContent", text)
	}
}

// html sets an element's content to markup of this package's own.
func (d *document) html(id, markup string) bool {
	changed := d.fresh(id+" html", markup)
	if changed {
		d.id(id).Set("innerHTML", markup)
	}
	return changed
}

// attr sets an attribute.
func (d *document) attr(id, name, value string) {
	if d.fresh(id+" @"+name, value) {
		d.id(id).Call("setAttribute", name, value)
	}
}

// set sets a property, such as disabled or hidden.
func (d *document) set(id, property string, value any) {
	if d.fresh(id+" ."+property, value) {
		d.id(id).Set(property, value)
	}
}

// data sets a data attribute of the body; styles and tests read those.
func (d *document) data(name, value string) {
	if d.fresh("body @"+name, value) {
		d.Get("body").Call("setAttribute", "data-"+name, value)
	}
}

// style sets a custom property of an element.
func (d *document) style(id, property, value string) {
	if d.fresh(id+" style "+property, value) {
		d.id(id).Get("style").Call("setProperty", property, value)
	}
}

// radio checks the button of a group that has the value.
func (d *document) radio(group, value string) {
	if !d.fresh(group+" radio", value) {
		return
	}
	buttons := d.Call("getElementsByName", group)
	for i := range buttons.Length() {
		b := buttons.Index(i)
		b.Set("checked", b.Get("value").String() == value)
	}
}

// forget lets the next write of a property through: the visitor has changed it.
func (d *document) forget(id, property string) {
	delete(d.written, id+" ."+property)
	delete(d.written, id+" radio")
}

// listen calls f for an event of target. f must not block.
func listen(target js.Value, event string, f func(e js.Value)) {
	target.Call("addEventListener", event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	}))
}

// closest returns the nearest element that matches, of e's target and upwards,
// or null.
func closest(e js.Value, selector string) js.Value {
	target := e.Get("target")
	if target.Get("closest").Type() != js.TypeFunction {
		return js.Null()
	}
	return target.Call("closest", selector)
}

// then calls done with what a promise resolves to, or failed with the message it
// is rejected with.
func then(promise js.Value, done func(js.Value), failed func(message string)) {
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
