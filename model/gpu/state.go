//go:build js && wasm

package gpu

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"github.com/cogentcore/webgpu/wgpu"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

var _ graph.Stateful = (*Program)(nil)

// carry is what a state becomes after a step.
type carry struct{ state, next bufferID }

// declareStates makes the buffers of the states, which stay on the GPU between runs.
func (l *lowering) declareStates() {
	for _, s := range l.graph.States {
		b := buffer{label: s.Name, words: l.shape(s.Value).Elems(), kind: state}
		if s.Init != nil {
			b.data = bytesOf(s.Init.Float32())
		}
		l.values[s.Value] = l.addBuffer(b)
		l.written[l.values[s.Value]] = true
	}
}

// carryStates lists what is copied when a step has run.
func (l *lowering) carryStates() {
	for _, s := range l.graph.States {
		if s.Next != s.Value && l.values[s.Next] != l.values[s.Value] { // else its kernel has changed it
			l.node = s.Name
			l.carries = append(l.carries, carry{l.values[s.Value], l.form(l.value(s.Next), false)})
		}
	}
}

// recordStates adds the copies to the recorded step.
func (c *compiler) recordStates(step js.Value, objects []js.Value) {
	copies := make([]any, len(c.lowering.carries))
	for i, carry := range c.lowering.carries {
		bytes := 4 * c.lowering.buffers[carry.state].words
		copies[i] = map[string]any{"from": objects[carry.next], "offset": c.offsets[carry.next], "to": objects[carry.state], "bytes": bytes}
	}
	step.Set("copies", copies)
}

// ReadState implements graph.Stateful.
func (p *Program) ReadState(ctx context.Context, name string, dst []float32) error {
	b, err := p.stateOf(ctx, name, len(dst))
	if err != nil {
		return err
	}
	var copied *wgpu.Buffer
	err = p.dev.Scope(func() {
		copied = p.dev.Buffer(name+" read", 4*len(dst), wgpu.BufferUsageMapRead|wgpu.BufferUsageCopyDst)
		encoder := p.dev.JS.Call("createCommandEncoder")
		encoder.Call("copyBufferToBuffer", device.Raw(b), 0, device.Raw(copied), 0, 4*len(dst))
		p.dev.JS.Get("queue").Call("submit", []any{encoder.Call("finish")})
	})
	if err != nil {
		return fmt.Errorf("reading state %q: %w", name, err)
	}
	defer copied.Destroy()
	if _, err := p.dev.Await(device.Raw(copied).Call("mapAsync", 1)); err != nil {
		if lost := p.dev.Err(); lost != nil {
			return lost
		}
		return fmt.Errorf("reading state %q: %w", name, err)
	}
	array := js.Global().Get("Uint8Array").New(device.Raw(copied).Call("getMappedRange"))
	js.CopyBytesToGo(bytesOf(dst), array)
	return nil
}

// WriteState implements graph.Stateful.
func (p *Program) WriteState(ctx context.Context, name string, src []float32) error {
	b, err := p.stateOf(ctx, name, len(src))
	if err == nil {
		p.dev.Write(b, bytesOf(src))
	}
	return err
}

// stateOf is the buffer of a state. It waits for a run that was cancelled, and returns
// an error where there is no state of that name or it has not that many values.
func (p *Program) stateOf(ctx context.Context, name string, count int) (*wgpu.Buffer, error) {
	if p.closed {
		return nil, errors.New("the program is closed")
	}
	if err := p.dev.Err(); err != nil {
		return nil, err
	}
	b, ok := p.states[name]
	if !ok {
		return nil, fmt.Errorf("the graph has no state %q", name)
	}
	for _, s := range p.graph.States {
		if shape := p.graph.Shape(s.Value); s.Name == name && count != shape.Elems() {
			return nil, fmt.Errorf("state %q: %d values given, shape %v has %d", name, count, shape, shape.Elems())
		}
	}
	if p.running {
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	return b, ctx.Err()
}
