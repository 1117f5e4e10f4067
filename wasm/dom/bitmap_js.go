package dom

import (
	"syscall/js"
)

// ImageData is the browser's ImageData of RGBA pixels.
func ImageData(rgba []byte, w, h int) js.Value {
	array := window.Get("Uint8ClampedArray").New(len(rgba))
	js.CopyBytesToJS(array, rgba)
	return window.Get("ImageData").New(array, w, h)
}

// NewCanvas returns a canvas that is not in the document, and its 2D context.
func NewCanvas(w, h int) (canvas, context js.Value) {
	canvas = window.Get("document").Call("createElement", "canvas")
	canvas.Set("width", w)
	canvas.Set("height", h)
	return canvas, canvas.Call("getContext", "2d", map[string]any{"willReadFrequently": true})
}

// SavePNG offers RGBA pixels, enlarged by whole pixels, as a file, and calls
// failed with a sentence where the browser cannot make one.
func SavePNG(name string, rgba []byte, w, h, scale int, failed func(string)) {
	small, context := NewCanvas(w, h)
	context.Call("putImageData", ImageData(rgba, w, h), 0, 0)
	large, big := NewCanvas(w*scale, h*scale)
	big.Set("imageSmoothingEnabled", false)
	big.Call("drawImage", small, 0, 0, w*scale, h*scale)
	SaveCanvas(name, large, failed)
}

// SaveCanvas offers what a canvas shows as a PNG file, and calls failed with a sentence
// where the browser cannot make one.
func SaveCanvas(name string, canvas js.Value, failed func(string)) {
	var done js.Func
	done = js.FuncOf(func(_ js.Value, args []js.Value) any {
		done.Release()
		if !args[0].Truthy() {
			failed("The browser could not make a PNG of this size. Choose a smaller size and save again.")
			return nil
		}
		url := window.Get("URL").Call("createObjectURL", args[0])
		a := window.Get("document").Call("createElement", "a")
		a.Set("href", url)
		a.Set("download", name)
		a.Call("click")
		window.Get("URL").Call("revokeObjectURL", url)
		return nil
	})
	canvas.Call("toBlob", done, "image/png")
}
