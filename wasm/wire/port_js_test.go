package wire

import (
	"reflect"
	"syscall/js"
	"testing"
)

// A message that went through a real message channel is the same, and its buffer
// was transferred.
func TestCrossesAPort(t *testing.T) {
	channel := js.Global().Get("MessageChannel").New()
	defer channel.Get("port1").Call("close")
	arrived := make(chan js.Value, 1)
	onMessage := js.FuncOf(func(_ js.Value, args []js.Value) any { arrived <- args[0].Get("data"); return nil })
	defer onMessage.Release()
	channel.Get("port1").Set("onmessage", onMessage)
	for _, m := range []Message{whole(), &flat{N: 2}, &flat{A: []float32{0.1, -3}}} {
		var sent js.Value
		capture := js.FuncOf(func(_ js.Value, args []js.Value) any {
			sent = args[0]
			channel.Get("port2").Call("postMessage", args[0], args[1])
			return nil
		})
		if err := protocol.Post(js.ValueOf(map[string]any{"postMessage": capture}), m); err != nil {
			t.Fatal(err)
		}
		capture.Release()
		if buffer := sent.Get("floats"); buffer.Truthy() && buffer.Get("byteLength").Int() != 0 {
			t.Error("the floats were copied, not transferred")
		}
		got, err := protocol.Receive(<-arrived)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, %v, expected %+v", got, err, m)
		}
	}
	for _, data := range []any{nil, 3, map[string]any{"kind": "flat"}} {
		if _, err := protocol.Receive(js.ValueOf(data)); err == nil {
			t.Errorf("%v is taken for a message", data)
		}
	}
}
