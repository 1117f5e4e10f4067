//go:build js && wasm

package device

import (
	"syscall/js"
	"unsafe"

	"github.com/cogentcore/webgpu/wgpu"
)

// Raw is the JavaScript object of a buffer. Package wgpu keeps it to itself; on js
// the wrapper is that object alone, which the declaration below checks.
func Raw(b *wgpu.Buffer) js.Value { return *(*js.Value)(unsafe.Pointer(b)) }

var _ = [1]struct{}{}[unsafe.Sizeof(wgpu.Buffer{})-unsafe.Sizeof(js.Value{})]

// Buffer creates a labelled buffer of sizeBytes, a multiple of 4. Errors arrive in
// the enclosing Scope.
func (d *Device) Buffer(label string, sizeBytes int, usage wgpu.BufferUsage) *wgpu.Buffer {
	b, _ := d.CreateBuffer(&wgpu.BufferDescriptor{Size: uint64(sizeBytes), Usage: usage}) // its error is always nil on js
	Raw(b).Set("label", label)
	return b
}

// Write puts data at the beginning of b, which is at least as long rounded up to 4.
func (d *Device) Write(b *wgpu.Buffer, data []byte) { d.WriteAt(b, 0, data) }

// WriteAt is Write from an offset on, a multiple of 4.
func (d *Device) WriteAt(b *wgpu.Buffer, offsetBytes int, data []byte) {
	padded := (len(data) + 3) / 4 * 4
	if padded == 0 {
		return
	}
	array := js.Global().Get("Uint8Array").New(padded)
	js.CopyBytesToJS(array, data)
	d.JS.Get("queue").Call("writeBuffer", Raw(b), offsetBytes, array)
}

// Binding is a buffer's part that a kernel sees.
type Binding struct {
	Buffer                 js.Value // GPUBuffer
	OffsetBytes, SizeBytes int
}

// BindGroup creates a labelled bind group; bindings are numbered from 0.
func (d *Device) BindGroup(label string, layout js.Value, bindings []Binding) js.Value {
	entries := make([]any, len(bindings))
	for i, b := range bindings {
		entries[i] = map[string]any{"binding": i, "resource": map[string]any{
			"buffer": b.Buffer, "offset": b.OffsetBytes, "size": b.SizeBytes,
		}}
	}
	return d.JS.Call("createBindGroup", map[string]any{"label": label, "layout": layout, "entries": entries})
}
