package page

import (
	"strings"
	"syscall/js"

	"unnoise/wasm/dom"
)

// pngPrefix starts the Spec's name of a picture of the visitor's own.
const pngPrefix = "png:"

// EncodePNG writes grey levels, Side by Side, as a Spec names them,
// "png:<base64url>", and calls done with it.
func EncodePNG(grey []byte) string {
	canvas, context := dom.NewCanvas(Side, Side)
	context.Call("putImageData", dom.ImageData(greyPixels(grey), Side, Side), 0, 0)
	_, base64, _ := strings.Cut(canvas.Call("toDataURL", "image/png").String(), ",")
	return pngPrefix + strings.NewReplacer("+", "-", "/", "_", "=", "").Replace(base64)
}

// DecodePNG reads what EncodePNG wrote. It calls failed with a sentence where it
// is not such a picture.
func DecodePNG(picture string, done func(grey []byte), failed func(string)) {
	const sentence = "The link’s picture cannot be read; the link may be incomplete."
	base64 := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimPrefix(picture, pngPrefix))
	img := window.Get("Image").New()
	img.Set("onload", js.FuncOf(func(js.Value, []js.Value) any {
		if img.Get("naturalWidth").Int() != Side || img.Get("naturalHeight").Int() != Side {
			failed(sentence)
			return nil
		}
		done(greyOf(img, Side, Side))
		return nil
	}))
	img.Set("onerror", js.FuncOf(func(js.Value, []js.Value) any {
		failed(sentence)
		return nil
	}))
	img.Set("src", "data:image/png;base64,"+base64)
}
