package dom

import (
	"syscall/js"
	"unsafe"
)

// Expose puts a read-only object on the global scope, whose properties are what
// the getters return at that moment: numbers, strings, booleans, []float32,
// []int, or maps of those. Tests compare them with the command line's, and the
// curious can read them in the browser's console.
func Expose(name string, getters map[string]func() any) {
	object := window.Get("Object").New()
	for property, get := range getters {
		window.Get("Object").Call("defineProperty", object, property, map[string]any{
			"enumerable": true,
			"get":        js.FuncOf(func(js.Value, []js.Value) any { return toJS(get()) }),
		})
	}
	window.Get("Object").Call("freeze", object)
	window.Get("Object").Call("defineProperty", window, name, map[string]any{"value": object})
}

func toJS(v any) any {
	switch v := v.(type) {
	case []float32:
		if v == nil {
			return nil
		}
		bytes := window.Get("Uint8Array").New(4 * len(v))
		js.CopyBytesToJS(bytes, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v)))
		return window.Get("Float32Array").New(bytes.Get("buffer"))
	case []int:
		out := make([]any, len(v))
		for i, n := range v {
			out[i] = n
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[key] = toJS(value)
		}
		return out
	}
	return v
}

// Function makes a Go function callable from JavaScript, without arguments.
func Function(f func()) any {
	return js.FuncOf(func(js.Value, []js.Value) any {
		f()
		return nil
	})
}

// Mark sets a performance mark of this name, prefixed "unnoise ", for
// measurements. Only the latest of a name is kept.
func Mark(name string) {
	performance := window.Get("performance")
	performance.Call("clearMarks", "unnoise "+name)
	performance.Call("mark", "unnoise "+name)
}
