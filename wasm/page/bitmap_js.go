package page

import (
	"syscall/js"
)

// greyPixels makes opaque RGBA of grey levels.
func greyPixels(grey []byte) []byte {
	out := make([]byte, 4*len(grey))
	for i, v := range grey {
		out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = v, v, v, 0xff
	}
	return out
}

// imageData is the browser's ImageData of RGBA pixels.
func imageData(rgba []byte, w, h int) js.Value {
	array := window.Get("Uint8ClampedArray").New(len(rgba))
	js.CopyBytesToJS(array, rgba)
	return window.Get("ImageData").New(array, w, h)
}

// newCanvas returns a canvas that is not in the document, and its 2D context.
func newCanvas(w, h int) (canvas, context js.Value) {
	canvas = window.Get("document").Call("createElement", "canvas")
	canvas.Set("width", w)
	canvas.Set("height", h)
	return canvas, canvas.Call("getContext", "2d", map[string]any{"willReadFrequently": true})
}

// greyOf reads the grey levels of a drawable of w by h pixels, as luma over black.
func greyOf(drawable js.Value, w, h int) []byte {
	_, context := newCanvas(w, h)
	context.Set("fillStyle", "#000")
	context.Call("fillRect", 0, 0, w, h)
	context.Call("drawImage", drawable, 0, 0, w, h)
	data := context.Call("getImageData", 0, 0, w, h).Get("data")
	rgba := make([]byte, 4*w*h)
	js.CopyBytesToGo(rgba, data)
	grey := make([]byte, w*h)
	for i := range grey {
		// Rec. 601; exact for grey pixels, since the weights sum to 1000.
		grey[i] = byte((299*int(rgba[4*i]) + 587*int(rgba[4*i+1]) + 114*int(rgba[4*i+2]) + 500) / 1000)
	}
	return grey
}

// SavePNG offers RGBA pixels, enlarged by whole pixels, as a file, and calls
// failed with a sentence where the browser cannot make one.
func SavePNG(name string, rgba []byte, w, h, scale int, failed func(string)) {
	small, context := newCanvas(w, h)
	context.Call("putImageData", imageData(rgba, w, h), 0, 0)
	large, big := newCanvas(w*scale, h*scale)
	big.Set("imageSmoothingEnabled", false)
	big.Call("drawImage", small, 0, 0, w*scale, h*scale)
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
	large.Call("toBlob", done, "image/png")
}
