//go:build js && wasm

package gpu_test

import (
	"context"
	"slices"
	"syscall/js"
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// meter counts the bytes of the buffers that dev has and that are not destroyed.
// It replaces a method of this one GPUDevice.
func meter(dev *device.Device) (live func() int) {
	count := js.Global().Get("Function").New("device", `
		let live = 0;
		const create = device.createBuffer.bind(device);
		device.createBuffer = (d) => {
			const buffer = create(d);
			const destroy = buffer.destroy.bind(buffer);
			let size = d.size;
			live += size;
			buffer.destroy = () => { live -= size; size = 0; destroy(); };
			return buffer;
		};
		return () => live;
	`).Invoke(dev.JS)
	return func() int { return count.Invoke().Int() }
}

// network is a small network with attention and classes, and its weights.
func network(t *testing.T) (golden unettest.Golden, set *weights.Set) {
	t.Helper()
	golden, err := unettest.Load("class_timestep")
	if err == nil {
		set, err = golden.Weights()
	}
	if err != nil {
		t.Fatal(err)
	}
	return golden, set
}

// batchOf is the network's graph for a batch size.
func batchOf(t *testing.T, golden unettest.Golden, set *weights.Set, batch int) *graph.Graph {
	t.Helper()
	g, err := unet.Build(set, batch, golden.Size[0], golden.Size[1])
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// expectSame runs a program and compares its outputs, to the last bit.
func expectSame(t *testing.T, p *gpu.Program, g *graph.Graph, want [][]float32) {
	t.Helper()
	in, got := arrays(g)
	if err := p.Run(t.Context(), in, got); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Error("other results than those of a program on a device of its own")
	}
}

// ownWeights is what of a program's weights no other program had expanded, and
// that is not a constant that each has for itself.
func ownWeights(p *gpu.Program) int64 {
	const constants = 4 << 10
	s := p.Stats()
	return max(0, s.WeightBytes-s.SharedBytes-constants)
}

// TestWeightsAreShared compiles a network for two batch sizes, as guidance does:
// its weights are on the GPU once, until the last program is closed.
func TestWeightsAreShared(t *testing.T) {
	long(t)
	golden, set := network(t)
	one, two := batchOf(t, golden, set, 1), batchOf(t, golden, set, 2)
	reference := func(g *graph.Graph) [][]float32 {
		in, out := arrays(g)
		if err := compile(t, open(t), g, gpu.Options{}).Run(t.Context(), in, out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	wantOne, wantTwo := reference(one), reference(two)

	dev := open(t)
	live := meter(dev)
	first := compile(t, dev, one, gpu.Options{})
	if s := first.Stats(); s.SharedBytes != 0 || ownWeights(first) == 0 {
		t.Errorf("the first program shares %d of %d bytes", s.SharedBytes, s.WeightBytes)
	}
	second := compile(t, dev, two, gpu.Options{})
	if s := second.Stats(); s.SharedBytes == 0 || ownWeights(second) > 0 {
		t.Errorf("the second program shares %d of %d bytes", s.SharedBytes, s.WeightBytes)
	}
	expectSame(t, first, one, wantOne)
	expectSame(t, second, two, wantTwo)

	before := live()
	first.Close()
	first.Close() // counts once
	if freed := before - live(); int64(freed) >= second.Stats().SharedBytes {
		t.Errorf("closing the first program freed %d bytes, the shared weights with them", freed)
	}
	expectSame(t, second, two, wantTwo)
	third := compile(t, dev, one, gpu.Options{})
	if ownWeights(third) > 0 {
		t.Error("a third program does not share with the second")
	}
	second.Close()
	expectSame(t, third, one, wantOne)
	third.Close()
	if bytes := live(); bytes != 0 {
		t.Errorf("%d bytes are left when all programs are closed", bytes)
	}

	again := compile(t, dev, two, gpu.Options{})
	if again.Stats().SharedBytes != 0 {
		t.Error("a program shares with those that were closed")
	}
	expectSame(t, again, two, wantTwo)

	_, others := network(t) // equal names and shapes in another set
	stranger := compile(t, dev, batchOf(t, golden, others, 1), gpu.Options{})
	if stranger.Stats().SharedBytes != 0 {
		t.Error("two sets share their weights")
	}
}

// TestWeightsAreSharedInTime compiles two programs at once: neither may run before
// the weights that the other began to expand are there. A third that is given up
// leaves nothing behind.
func TestWeightsAreSharedInTime(t *testing.T) {
	long(t)
	golden, set := network(t)
	g := batchOf(t, golden, set, 1)
	in, want := arrays(g)
	if err := compile(t, open(t), g, gpu.Options{}).Run(t.Context(), in, want); err != nil {
		t.Fatal(err)
	}

	dev := open(t)
	live := meter(dev)
	programs := make(chan *gpu.Program)
	for range 2 {
		go func() {
			p, err := gpu.Compile(t.Context(), dev, g, gpu.Options{})
			if err != nil {
				t.Error(err)
				programs <- nil
				return
			}
			_, out := arrays(g)
			if err := p.Run(t.Context(), in, out); err != nil || !slices.EqualFunc(out, want, slices.Equal) {
				t.Errorf("a program compiled beside another is wrong (%v)", err)
			}
			programs <- p
		}()
	}
	a, b := <-programs, <-programs
	if a == nil || b == nil {
		return
	}
	if shared := a.Stats().SharedBytes + b.Stats().SharedBytes; shared == 0 || ownWeights(a)+ownWeights(b) == 0 {
		t.Errorf("of two programs compiled at once, one should expand the weights; %d bytes are shared", shared)
	}
	a.Close()
	b.Close()

	// What is given up while it expands the weights: the queue is where the first
	// of them is written, which is after the pipelines are compiled.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	onWrite := js.FuncOf(func(js.Value, []js.Value) any { cancel(); return nil })
	defer onWrite.Release()
	js.Global().Get("Function").New("queue", "heard", `
		const write = queue.writeBuffer.bind(queue);
		queue.writeBuffer = (...args) => { delete queue.writeBuffer; heard(); write(...args); };
	`).Invoke(dev.JS.Get("queue"), onWrite)
	if p, err := gpu.Compile(ctx, dev, g, gpu.Options{}); err == nil {
		t.Error("a cancelled program was compiled")
		p.Close()
	}
	if bytes := live(); bytes != 0 {
		t.Errorf("%d bytes are left", bytes)
	}
	last := compile(t, dev, g, gpu.Options{})
	if last.Stats().SharedBytes != 0 {
		t.Error("a program shares weights that were given up half expanded")
	}
	expectSame(t, last, g, want)
}
