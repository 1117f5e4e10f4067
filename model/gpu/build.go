//go:build js && wasm

package gpu

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"syscall/js"

	"github.com/cogentcore/webgpu/wgpu"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// replaySource is a JavaScript function expression; see replay.js.
//
//go:embed replay.js
var replaySource string

func newProgram(dev *device.Device, g *graph.Graph) *Program {
	p := &Program{dev: dev, graph: g, states: map[string]*wgpu.Buffer{}, done: make(chan struct{}, 1)}
	p.notify = js.FuncOf(func(js.Value, []js.Value) any {
		p.done <- struct{}{}
		return nil
	})
	return p
}

// build makes buffers and bind groups, expands the weights that no other program
// has expanded here, and records the step.
func (c *compiler) build(ctx context.Context) error {
	return c.dev.Pool.Fill(func() error {
		err := c.fill(ctx)
		if err != nil {
			c.program.Close() // with its weights, before another program finds them
		}
		return err
	})
}

func (c *compiler) fill(ctx context.Context) error {
	var load, step js.Value
	var uploads []*wgpu.Buffer
	defer func() {
		for _, b := range uploads {
			b.Destroy()
		}
	}()
	err := c.dev.Scope(func() {
		objects := make([]js.Value, len(c.lowering.buffers))
		c.offsets = map[bufferID]int{}
		launches := c.takeWeights(objects)
		c.createInputs(objects)
		c.createBuffers(objects)
		uploads = c.createUploads(objects, launches)
		load = c.record("load", launches, objects, nil, nil)
		step = c.record("step", c.lowering.step, objects, c.graph.Inputs, c.graph.Outputs)
		c.recordStates(step, objects)
		load.Call("check")
		step.Call("check")
	})
	if errors.Is(err, device.ErrOutOfMemory) {
		return tooLarge{fmt.Errorf("%w: %d MiB are needed; close other tabs, or use a smaller batch or model", err, c.totalBytes()>>20)}
	}
	if err != nil {
		return err
	}
	p := c.program
	load.Set("ahead", false) // it runs once
	p.use(load)
	if err := p.replayOnce(ctx, nil, nil); err != nil {
		return fmt.Errorf("expanding the weights: %w", err)
	}
	p.use(step)
	c.fillStats()
	return nil
}

const storage = wgpu.BufferUsageStorage | wgpu.BufferUsageCopySrc | wgpu.BufferUsageCopyDst

// takeWeights puts the buffers of the weights into objects, and where they begin into
// c.offsets. It returns the launches that fill those that are new on this device.
func (c *compiler) takeWeights(objects []js.Value) []launch {
	apart := c.apart()
	var ids []bufferID
	var parts []device.Part
	for id, spec := range c.lowering.buffers {
		if spec.kind == weight {
			ids = append(ids, bufferID(id))
			parts = append(parts, device.Part{Key: spec.key, Label: spec.label, SizeBytes: bufferBytes(spec.words), Apart: apart[bufferID(id)]})
		}
	}
	held, found := c.dev.Pool.Take(parts, func(label string, sizeBytes int) *wgpu.Buffer { return c.dev.Buffer(label, sizeBytes, storage) })
	c.program.weights = append(c.program.weights, held...)
	filled := map[bufferID]bool{}
	for i, id := range ids {
		objects[id], c.offsets[id] = device.Raw(held[i].Buffer), held[i].OffsetBytes
		if data := c.lowering.buffers[id].data; !found[i] && data != nil {
			c.dev.WriteAt(held[i].Buffer, held[i].OffsetBytes, data)
		}
		if found[i] {
			filled[id] = true
			c.program.stats.SharedBytes += int64(parts[i].SizeBytes)
		}
	}
	return slices.DeleteFunc(slices.Clone(c.lowering.load), func(step launch) bool { return filled[step.fills] })
}

// apart finds the weights that a launch of the load reads: its result may not lie in the
// same buffer.
func (c *compiler) apart() map[bufferID]bool {
	read := map[bufferID]bool{}
	for _, step := range c.lowering.load {
		for _, id := range step.bind {
			if id != step.fills && c.lowering.buffers[id].kind == weight {
				read[id] = true
			}
		}
	}
	return read
}

// createInputs makes the buffer of all inputs, which one call writes.
func (c *compiler) createInputs(objects []js.Value) {
	for _, id := range c.lowering.inputs() {
		if _, twice := c.offsets[id]; !twice {
			c.offsets[id] = c.inputBytes
			c.inputBytes += device.Aligned(bufferBytes(c.lowering.buffers[id].words))
		}
	}
	buffer := device.Raw(c.keep(c.dev.Buffer("inputs", max(16, c.inputBytes), storage)))
	for _, id := range c.lowering.inputs() {
		objects[id] = buffer
	}
}

// createBuffers makes the buffers that are the program's own.
func (c *compiler) createBuffers(objects []js.Value) {
	slots := make([]js.Value, len(c.plan.slotWords))
	for i, words := range c.plan.slotWords {
		slots[i] = device.Raw(c.keep(c.dev.Buffer(fmt.Sprintf("activations %d", i), bufferBytes(words), storage)))
	}
	for id, spec := range c.lowering.buffers {
		switch spec.kind {
		case activation:
			place := c.plan.placeOf[bufferID(id)]
			objects[id], c.offsets[bufferID(id)] = slots[place.slot], 4*place.at
		case constant, state:
			b := c.keep(c.dev.Buffer(spec.label, bufferBytes(spec.words), storage))
			c.dev.Write(b, spec.data)
			objects[id] = device.Raw(b)
			if spec.kind == state {
				c.program.states[spec.label] = b
			}
		}
	}
}

// createUploads makes and writes the buffers that only the launches of the load
// use.
func (c *compiler) createUploads(objects []js.Value, launches []launch) (uploads []*wgpu.Buffer) {
	used := map[bufferID]bool{}
	for _, step := range launches {
		for _, id := range step.bind {
			used[id] = true
		}
	}
	for id, spec := range c.lowering.buffers {
		if spec.kind == upload && used[bufferID(id)] {
			b := c.dev.Buffer(spec.label, bufferBytes(spec.words), storage)
			c.dev.Write(b, spec.data)
			uploads = append(uploads, b)
			objects[id] = device.Raw(b)
		}
	}
	return uploads
}

// keep has the buffer destroyed with the program.
func (c *compiler) keep(b *wgpu.Buffer) *wgpu.Buffer {
	c.program.buffers = append(c.program.buffers, b)
	return b
}

// record makes the bind groups of launches and the object that replays them.
func (c *compiler) record(name string, list []launch, objects []js.Value, inputs, outputs []graph.Port) js.Value {
	var pipelines, groups []any
	index := map[string]int{}
	words := make([]uint32, 0, 5*len(list))
	costs := js.Global().Get("Float64Array").New(len(list))
	params, offsets := c.packParams(list)
	uniform := c.keep(c.dev.Buffer(name+" params", max(16, len(params)), wgpu.BufferUsageUniform|wgpu.BufferUsageCopyDst))
	c.dev.Write(uniform, params)
	for i, step := range list {
		key := step.key()
		at, ok := index[key]
		if !ok {
			at = len(pipelines)
			index[key] = at
			pipelines = append(pipelines, c.pipelines[key].JS)
		}
		bindings := []device.Binding{{Buffer: device.Raw(uniform), OffsetBytes: offsets[i], SizeBytes: len(step.params)}}
		for _, id := range step.bind {
			bindings = append(bindings, device.Binding{Buffer: objects[id], OffsetBytes: c.offsets[id], SizeBytes: bufferBytes(c.lowering.buffers[id].words)})
		}
		groups = append(groups, c.dev.BindGroup(step.label+" "+key, c.pipelines[key].Layout, bindings))
		if c.opts.Hollow {
			step.workgroups = [3]uint32{1, 1, 1}
		}
		words = append(words, uint32(at), uint32(i), step.workgroups[0], step.workgroups[1], step.workgroups[2])
		costs.SetIndex(i, step.cost)
	}
	ins, written, packed := c.inputPorts(objects, inputs)
	outs := c.outputPorts(objects, outputs)
	readback := c.keep(c.dev.Buffer(name+" readback", max(16, portBytes(c.graph, outputs)), wgpu.BufferUsageMapRead|wgpu.BufferUsageCopyDst))
	replay := js.Global().Get("Function").New("return ("+replaySource+")").Invoke().Invoke(
		c.dev.JS, pipelines, groups, uint32Array(words), costs, written, packed, ins, outs,
		device.Raw(readback), float64(c.opts.Slice.Microseconds())/1000, c.program.notify)
	if c.opts.Isolate {
		replay.Set("poison", c.poison(objects))
	}
	return replay
}

// packParams puts the Params of all launches into one buffer, each at an offset
// that a binding may have.
func (c *compiler) packParams(list []launch) (packed []byte, offsets []int) {
	align := c.dev.Limits.UniformAlignment
	for _, step := range list {
		offsets = append(offsets, len(packed))
		size := (len(step.params) + align - 1) / align * align
		packed = append(packed, make([]byte, size)...)
		copy(packed[offsets[len(offsets)-1]:], step.params)
	}
	return packed, offsets
}

// inputPorts are the replay's inputs, parts of packed, which belongs into the buffer
// written; null where there are none.
func (c *compiler) inputPorts(objects []js.Value, ports []graph.Port) (list []any, written, packed js.Value) {
	written, packed = js.Null(), js.Global().Get("Uint8Array").New(c.inputBytes)
	buffers := c.lowering.inputs()
	for i, p := range ports {
		written = objects[buffers[i]]
		at := c.offsets[buffers[i]]
		list = append(list, map[string]any{"bytes": packed.Call("subarray", at, at+4*c.graph.Shape(p.Value).Elems())})
	}
	return list, written, packed
}

// outputPorts are the replay's outputs: where they are and the bytes outside the GPU.
func (c *compiler) outputPorts(objects []js.Value, ports []graph.Port) (list []any) {
	for i, p := range ports {
		id := c.lowering.outputs[i]
		bytes := js.Global().Get("Uint8Array").New(4 * c.graph.Shape(p.Value).Elems())
		list = append(list, map[string]any{"buffer": objects[id], "offset": c.offsets[id], "bytes": bytes, "wanted": true})
	}
	return list
}

func portBytes(g *graph.Graph, ports []graph.Port) int {
	total := 0
	for _, p := range ports {
		total += 4 * g.Shape(p.Value).Elems()
	}
	return total
}

// nanBits is a NaN as a float32, and two as f16.
const nanBits = 0x7fff7fff

// poison lists every activation, which has a buffer of its own, with as many bytes of NaN.
func (c *compiler) poison(objects []js.Value) []any {
	var out []any
	for id, spec := range c.lowering.buffers {
		if spec.kind == activation {
			nan := make([]uint32, bufferBytes(spec.words)/4)
			for i := range nan {
				nan[i] = nanBits
			}
			out = append(out, map[string]any{"buffer": objects[id], "bytes": uint32Array(nan)})
		}
	}
	return out
}

func uint32Array(words []uint32) js.Value {
	bytes := js.Global().Get("Uint8Array").New(4 * len(words))
	js.CopyBytesToJS(bytes, bytesOf(words))
	return js.Global().Get("Uint32Array").New(bytes.Get("buffer"))
}

func (c *compiler) totalBytes() int64 {
	var total int64
	for _, words := range c.plan.slotWords {
		total += int64(bufferBytes(words))
	}
	for _, b := range c.lowering.buffers {
		if b.kind != activation && b.kind != unexpanded {
			total += int64(bufferBytes(b.words))
		}
	}
	return total
}

func (c *compiler) fillStats() {
	s := &c.program.stats
	s.Dispatches = len(c.lowering.step)
	s.Precision = c.opts.Precision
	s.FLOPs = c.graph.FLOPs()
	s.ActivationBytes = 4 * int64(c.plan.words())
	s.ActivationBound = 4 * int64(c.plan.lowerBound)
	for _, b := range c.lowering.buffers {
		if b.kind == constant || b.kind == state || b.kind == weight {
			s.WeightBytes += int64(bufferBytes(b.words))
		}
	}
	distinct := map[string]bool{}
	for _, step := range c.lowering.step {
		key := step.key()
		distinct[key] = true
		kernel := Kernel{Node: step.label, Key: key, Operations: step.cost}
		for _, id := range step.bind {
			kernel.Bytes += int64(bufferBytes(c.lowering.buffers[id].words))
		}
		s.Kernels = append(s.Kernels, kernel)
	}
	s.Pipelines = len(distinct)
}
