package dom

import (
	"strconv"
	"syscall/js"
)

// Fill colours the part of a slider's track that lies before its thumb.
func Fill(slider js.Value) {
	get := func(name string) float64 { return js.Global().Call("Number", slider.Get(name)).Float() }
	low, high, value := get("min"), get("max"), get("value")
	share := 0.0
	if high > low {
		share = (value - low) / (high - low)
	}
	slider.Get("style").Call("setProperty", "--fill", strconv.FormatFloat(100*share, 'f', 2, 64)+"%")
}
