package page

import (
	"strconv"
	"strings"
	"syscall/js"

	"unnoise/wasm/dom"
)

const (
	maxUploadBytes  = 64 << 20
	maxUploadPixels = 64e6
)

// listenToSources reports the pictures of the Noise tab.
func (p *Page) listenToSources() {
	d := p.doc
	sources := d.Call("getElementsByName", "source")
	for i := range sources.Length() {
		b := sources.Index(i)
		dom.Listen(b, "change", func(js.Value) {
			d.Forget("source", "value")
			p.emit(SourceChosen{b.Get("value").String()})
		})
	}
	dom.Listen(d.ID("undo"), "click", func(js.Value) { p.pad.undo() })
	dom.Listen(d.ID("clear"), "click", func(js.Value) { p.pad.clear() })

	input, drop := d.ID("file"), d.ID("drop")
	dom.Listen(input, "change", func(js.Value) {
		if f := input.Get("files").Index(0); f.Truthy() {
			p.readUpload(f)
		}
		input.Set("value", "") // the same file can be chosen again
	})
	over := func(on bool) func(js.Value) {
		return func(e js.Value) {
			e.Call("preventDefault")
			drop.Get("classList").Call("toggle", "over", on)
		}
	}
	dom.Listen(drop, "dragover", over(true))
	dom.Listen(drop, "dragleave", over(false))
	dom.Listen(drop, "drop", func(e js.Value) {
		over(false)(e)
		if f := e.Get("dataTransfer").Get("files").Index(0); f.Truthy() {
			p.readUpload(f)
		}
	})
	// Dropped anywhere else, a file must not replace the page.
	for _, event := range []string{"dragover", "drop"} {
		dom.Listen(window, event, func(e js.Value) { e.Call("preventDefault") })
	}
}

// readUpload makes a small grey picture of a file. An <img> tells the size
// before anything is decoded; then the browser decodes and shrinks the middle
// square in one go, off the main thread.
func (p *Page) readUpload(file js.Value) {
	name := file.Get("name").String()
	refuse := func(sentence string) { p.emit(Uploaded{Name: name, Problem: sentence}) }
	if file.Get("size").Float() > maxUploadBytes {
		refuse("“" + name + "” is larger than 64 MB. Choose a smaller picture.")
		return
	}
	url := window.Get("URL").Call("createObjectURL", file)
	img := window.Get("Image").New()
	img.Set("onload", js.FuncOf(func(js.Value, []js.Value) any {
		w, h := img.Get("naturalWidth").Int(), img.Get("naturalHeight").Int()
		free := func() { window.Get("URL").Call("revokeObjectURL", url) }
		switch {
		case w == 0 || h == 0:
			free()
			refuse("“" + name + "” has no size of its own. Choose a photograph or a drawing.")
		case float64(w)*float64(h) > maxUploadPixels:
			free()
			refuse("“" + name + "” has " + strconv.Itoa(w*h/1e6) + " megapixels; at most " + strconv.Itoa(maxUploadPixels/1e6) + " can be read. Choose a smaller picture.")
		default:
			p.shrink(name, img, w, h, free)
		}
		return nil
	}))
	img.Set("onerror", js.FuncOf(func(js.Value, []js.Value) any {
		window.Get("URL").Call("revokeObjectURL", url)
		refuse("“" + name + "” is not a picture that this browser can read. Choose a PNG, JPEG or WebP file.")
		return nil
	}))
	img.Set("src", url)
}

func (p *Page) shrink(name string, img js.Value, w, h int, free func()) {
	side := min(w, h)
	bitmap := window.Call("createImageBitmap", img, (w-side)/2, (h-side)/2, side, side, map[string]any{
		"resizeWidth": Side, "resizeHeight": Side, "resizeQuality": "high",
	})
	dom.Then(bitmap, func(b js.Value) {
		free()
		grey := greyOf(b, Side, Side)
		b.Call("close")
		p.emit(Uploaded{Name: name, Grey: onBlack(grey)})
	}, func(message string) {
		free()
		p.emit(Uploaded{Name: name, Problem: "“" + name + "” could not be read (" + message + "). Choose another picture."})
	})
}

// onBlack inverts a picture whose border is bright: the data set's pictures
// stand on black.
func onBlack(grey []byte) []byte {
	sum, n := 0, 0
	for i := range Side {
		for _, at := range []int{i, (Side-1)*Side + i, i * Side, i*Side + Side - 1} {
			sum += int(grey[at])
			n++
		}
	}
	if sum > 127*n {
		for i := range grey {
			grey[i] = 255 - grey[i]
		}
	}
	return grey
}

// LoadSheet fetches a sheet of pictures: a PNG with rows of columns pictures and
// the class of each. It calls failed with a sentence where that fails.
func LoadSheet(url string, side, columns int, labels []int, done func(Sheet), failed func(string)) {
	img := window.Get("Image").New()
	img.Set("onload", js.FuncOf(func(js.Value, []js.Value) any {
		w, h := img.Get("naturalWidth").Int(), img.Get("naturalHeight").Int()
		rows := (len(labels) + columns - 1) / columns
		if w < columns*side || h < rows*side {
			failed("The example pictures (" + url + ") are smaller than their list says. Draw or upload a picture instead.")
			return nil
		}
		all := greyOf(img, w, h)
		s := Sheet{Side: side, Labels: labels}
		for k := range labels {
			one := make([]byte, 0, side*side)
			for y := range side {
				at := (k/columns*side+y)*w + k%columns*side
				one = append(one, all[at:at+side]...)
			}
			s.Grey = append(s.Grey, one)
		}
		done(s)
		return nil
	}))
	img.Set("onerror", js.FuncOf(func(js.Value, []js.Value) any {
		failed("The example pictures (" + url + ") could not be loaded. Draw or upload a picture instead, or reload the page.")
		return nil
	}))
	img.Set("src", url)
}

// renderNoise shows the left column of the Noise tab.
func (p *Page) renderNoise(v NoiseView) {
	d := p.doc
	d.Radio("source", v.Source)
	for _, source := range []string{"sample", "draw", "upload"} {
		d.Set("source-"+source, "hidden", v.Source != source)
	}
	p.renderGallery(v)
	if len(v.Given) > 0 && d.Fresh("pad given", &v.Given[0]) {
		p.pad.take(v.Given)
	}
	d.Set("undo", "disabled", !v.CanUndo)
	d.Set("clear", "disabled", !v.CanUndo)
	d.Set("noise-seed", "value", strconv.FormatUint(v.Seed, 10))
	d.Text("upload-name", v.Upload)
}

func (p *Page) renderGallery(v NoiseView) {
	d := p.doc
	var markup strings.Builder
	rows := (v.Samples + max(1, v.SheetColumns) - 1) / max(1, v.SheetColumns)
	percent := func(k, n int) string {
		return strconv.FormatFloat(100*float64(k)/float64(max(1, n-1)), 'f', 3, 64) + "%"
	}
	for k := range v.Samples {
		markup.WriteString(`<button type="button" role="radio" data-sample="` + strconv.Itoa(k) +
			`" aria-label="` + escape(v.Labels[k]) + `" title="` + escape(v.Labels[k]) +
			`" style="background-image:url(` + v.SheetURL + `);background-size:` + strconv.Itoa(100*v.SheetColumns) + `% ` + strconv.Itoa(100*rows) + `%;background-position:` +
			percent(k%v.SheetColumns, v.SheetColumns) + ` ` + percent(k/v.SheetColumns, rows) + `"></button>`)
	}
	if d.HTML("gallery", markup.String()) {
		d.Again("gallery chosen")
	}
	if d.Fresh("gallery chosen", v.Chosen) {
		check(d.ID("gallery").Get("children"), v.Chosen)
	}
}
