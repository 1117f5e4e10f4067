package page

import (
	"strconv"
	"syscall/js"

	"unnoise/wasm/dom"
)

// greyPixels makes opaque RGBA of grey levels.
func greyPixels(grey []byte) []byte {
	out := make([]byte, 4*len(grey))
	for i, v := range grey {
		out[4*i], out[4*i+1], out[4*i+2], out[4*i+3] = v, v, v, 0xff
	}
	return out
}

// greyOf reads the grey levels of a drawable of w by h pixels, as luma over black.
func greyOf(drawable js.Value, w, h int) []byte {
	_, context := dom.NewCanvas(w, h)
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

// SaveScale is the enlargement chosen for saved pictures.
func SaveScale() int {
	scale, err := strconv.Atoi(window.Get("document").Call("getElementById", "save-scale").Get("value").String())
	if err != nil {
		return 1
	}
	return scale
}
