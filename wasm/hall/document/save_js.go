package document

import (
	"encoding/base64"
	"math"
	"strings"
	"syscall/js"

	"unnoise/wasm/dom"
)

// SaveStage offers all panels, with their titles, as a PNG, and calls failed with a
// sentence where the browser cannot make one.
func SaveStage(name string, failed func(string)) {
	document := window.Get("document")
	show := document.Call("getElementById", "show")
	drawn := show.Call("querySelector", "canvas")
	corner := show.Call("getBoundingClientRect")
	scale := window.Get("devicePixelRatio").Float()
	w, h := corner.Get("width").Float(), corner.Get("height").Float()
	canvas, context := dom.NewCanvas(int(math.Ceil(w*scale)), int(math.Ceil(h*scale)))
	context.Call("scale", scale, scale)
	colour := func(name string) string {
		return strings.TrimSpace(window.Call("getComputedStyle", document.Get("documentElement")).Call("getPropertyValue", name).String())
	}
	context.Set("fillStyle", colour("--ground"))
	context.Call("fillRect", 0, 0, w, h)
	context.Call("drawImage", drawn, 0, 0, w, h)
	at := func(e js.Value) (x, y, width float64) {
		r := e.Call("getBoundingClientRect")
		return r.Get("left").Float() - corner.Get("left").Float(), r.Get("top").Float() - corner.Get("top").Float(), r.Get("width").Float()
	}
	texts := show.Call("querySelectorAll", "h3, .caption, .row-name, .figure-table th, .figure-table td, .node, .legend li")
	for i := range texts.Length() {
		e := texts.Index(i)
		x, y, _ := at(e)
		style := window.Call("getComputedStyle", e)
		context.Set("font", style.Get("font"))
		context.Set("fillStyle", style.Get("color"))
		context.Set("textBaseline", "top")
		context.Call("fillText", e.Get("innerText"), x, y+2)
	}
	charts := show.Call("querySelectorAll", ".chart")
	left := charts.Length()
	finish := func() {
		dom.SaveCanvas(name, canvas, failed)
	}
	if left == 0 {
		finish()
		return
	}
	css := chartStyle(document)
	for i := range charts.Length() {
		svg := charts.Index(i)
		x, y, _ := at(svg)
		markup := svg.Get("outerHTML").String()
		markup = strings.Replace(markup, "<svg ", `<svg xmlns="http://www.w3.org/2000/svg" `, 1)
		markup = strings.Replace(markup, ">", "><style>"+css+"</style>", 1)
		img := window.Get("Image").New()
		done := func() {
			if left--; left == 0 {
				finish()
			}
		}
		img.Set("onload", js.FuncOf(func(js.Value, []js.Value) any {
			context.Call("drawImage", img, x, y)
			done()
			return nil
		}))
		img.Set("onerror", js.FuncOf(func(js.Value, []js.Value) any {
			done()
			return nil
		}))
		img.Set("src", "data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString([]byte(markup)))
	}
}

// chartStyle is the style sheet's rules for charts, with the theme's colours.
func chartStyle(document js.Value) string {
	var rules strings.Builder
	root := window.Call("getComputedStyle", document.Get("documentElement"))
	sheets := document.Get("styleSheets")
	for i := range sheets.Length() {
		list := sheets.Index(i).Get("cssRules")
		for k := range list.Length() {
			if text := list.Index(k).Get("cssText").String(); strings.HasPrefix(text, ".chart") || strings.HasPrefix(text, ".role-") {
				rules.WriteString(text)
			}
		}
	}
	text := rules.String()
	for _, name := range []string{"quiet", "text", "line", "control", "accent", "fig-a", "fig-b", "fig-c", "fig-d", "fig-forward", "fig-reverse", "fig-quiet"} {
		text = strings.ReplaceAll(text, "var(--"+name+")", strings.TrimSpace(root.Call("getPropertyValue", "--"+name).String()))
	}
	return text
}
