package wire

import (
	"fmt"
	"syscall/js"
	"unsafe"
)

// bytesPerFloat is the size of a float32 on the wire, little-endian as all of
// WebAssembly is.
const bytesPerFloat = 4

// Post sends m to a Worker, or from within one to its page (js.Global()). The
// floats are copied out of Go's memory into one buffer, which is transferred.
func (p *Protocol) Post(target js.Value, m Message) error {
	packed, err := p.Pack(m)
	if err != nil {
		return err
	}
	wire := map[string]any{"unnoise": packed.Version, "kind": packed.Kind, "body": string(packed.Body)}
	transfer := []any{}
	if len(packed.Floats) > 0 {
		buffer := pack(packed.Floats)
		wire["floats"] = buffer
		transfer = append(transfer, buffer)
	}
	target.Call("postMessage", wire, transfer)
	return nil
}

// Receive decodes the data of a MessageEvent. The message's float slices are
// fresh Go memory. It returns a VersionError where the sender was built from
// other messages, and an error where the data is not a message at all.
func (p *Protocol) Receive(data js.Value) (Message, error) {
	if data.Type() != js.TypeObject || data.Get("unnoise").Type() != js.TypeString {
		return nil, fmt.Errorf("received something that is not a message of Unnoise")
	}
	var floats []float32
	if buffer := data.Get("floats"); buffer.Truthy() {
		array := js.Global().Get("Uint8Array").New(buffer)
		floats = make([]float32, array.Length()/bytesPerFloat)
		js.CopyBytesToGo(asBytes(floats), array)
	}
	return p.Unpack(data.Get("unnoise").String(), data.Get("kind").String(), []byte(data.Get("body").String()), floats)
}

// pack returns an ArrayBuffer with all slices one after another.
func pack(slices [][]float32) js.Value {
	total := 0
	for _, s := range slices {
		total += len(s)
	}
	array := js.Global().Get("Uint8Array").New(total * bytesPerFloat)
	at := 0
	for _, s := range slices {
		n := len(s) * bytesPerFloat
		js.CopyBytesToJS(array.Call("subarray", at, at+n), asBytes(s))
		at += n
	}
	return array.Get("buffer")
}

// asBytes is the memory of s.
func asBytes(s []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*bytesPerFloat)
}
