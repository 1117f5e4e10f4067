//go:build js && wasm

package gpu

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall/js"
	"time"
	"unsafe"

	"github.com/cogentcore/webgpu/wgpu"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// ErrDeviceLost says that the device was lost, before or while the program ran.
// Open another device and compile again.
var ErrDeviceLost = device.ErrLost

// Program is a graph compiled for one device. It implements graph.Program.
type Program struct {
	dev     *device.Device
	graph   *graph.Graph
	stats   Stats
	buffers []*wgpu.Buffer // its own
	states  map[string]*wgpu.Buffer
	weights []*device.Shared // those of all programs with these weights
	replay  js.Value         // what replay.js returned
	start   js.Value         // writes the inputs, runs, and calls notify
	cancel  js.Value
	notify  js.Func
	done    chan struct{} // a run has ended
	running bool          // a cancelled run has not ended yet
	closed  bool
	in, out []js.Value    // Uint8Array of each input and output
	wanted  []bool        // which outputs the last run read
	host    time.Duration // of the last run
}

var _ graph.Program = (*Program)(nil)

// Stats says what a program costs.
type Stats struct {
	Precision       Precision
	Dispatches      int   // a step
	Pipelines       int   // distinct ones
	ActivationBytes int64 // GPU memory of activations
	ActivationBound int64 // the least any plan could do: the largest sum of live values
	WeightBytes     int64 // GPU memory of expanded weights and other constants
	SharedBytes     int64 // of these, what another program had expanded already
	FLOPs           int64 // graph.FLOPs
	// Kernels lists the kernel that each dispatch runs, with its tunables, and the
	// graph node that it is for.
	Kernels []Kernel
	// Configs counts the nodes and matrix products that are computed in each
	// configuration.
	Configs map[Config]int
	// Rejected lists kernels that did not compile here, so that another took over.
	Rejected []string
}

// Kernel is one dispatch of a step.
type Kernel struct {
	Node, Key  string
	Operations float64 // roughly
	Bytes      int64   // of the buffers it reads and writes, each once
}

// HostTime is what the last run took of this thread before the GPU could begin and after
// it had ended: copying inputs and outputs, submitting the commands, and recording them
// where the run before did not do so while the GPU worked. The rest of a run is waiting.
func (p *Program) HostTime() time.Duration { return p.host }

// lossDelay is how long after a failed step the word of the device's loss may come.
const lossDelay = time.Second

// use makes Run replay that recording.
func (p *Program) use(replay js.Value) {
	p.replay, p.start, p.cancel = replay, replay.Get("start"), replay.Get("cancel")
	p.in, p.out = portArrays(replay.Get("inputs")), portArrays(replay.Get("outputs"))
	p.wanted = slices.Repeat([]bool{true}, len(p.out))
}

func portArrays(ports js.Value) []js.Value {
	out := make([]js.Value, ports.Length())
	for i := range out {
		out[i] = ports.Index(i).Get("bytes")
	}
	return out
}

// Graph returns the graph that the program computes.
func (p *Program) Graph() *graph.Graph { return p.graph }

// want tells the recording which outputs to read back.
func (p *Program) want(out [][]float32) {
	for i, values := range out {
		if wanted := values != nil; wanted != p.wanted[i] {
			p.replay.Get("outputs").Index(i).Set("wanted", wanted)
			p.wanted[i] = wanted
		}
	}
}

// Stats returns what the program costs.
func (p *Program) Stats() Stats { return p.stats }

// Run implements graph.Program. A cancelled run returns at once; what the GPU has
// already been given, one slice at most, still runs to its end, and the next Run
// waits for it. The error is ErrDeviceLost when the device is lost.
func (p *Program) Run(ctx context.Context, in, out [][]float32) error {
	if err := p.check(ctx, in, out); err != nil {
		return err
	}
	return p.replayOnce(ctx, in, out)
}

// replayOnce runs the recording in use.
func (p *Program) replayOnce(ctx context.Context, in, out [][]float32) error {
	if p.running {
		if err := p.wait(ctx); err != nil {
			return err
		}
	}
	begun := time.Now()
	for i, values := range in {
		js.CopyBytesToJS(p.in[i], bytesOf(values))
	}
	p.want(out)
	p.running = true
	p.start.Invoke()
	p.host = time.Since(begun)
	if err := p.wait(ctx); err != nil {
		return err
	}
	if reason := p.replay.Get("error"); !reason.IsNull() {
		// Usually the device is lost, and a browser may say so a little later.
		select {
		case <-p.dev.Lost():
			return p.dev.Err()
		case <-time.After(lossDelay):
		}
		return fmt.Errorf("the GPU did not finish the step: %s", reason.String())
	}
	begun = time.Now()
	for i, values := range out {
		if values != nil {
			js.CopyBytesToGo(bytesOf(values), p.out[i])
		}
	}
	p.host += time.Since(begun)
	return nil
}

func (p *Program) check(ctx context.Context, in, out [][]float32) error {
	if p.closed {
		return errors.New("the program is closed")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.dev.Err(); err != nil {
		return err
	}
	if err := fits(p.graph, "input", p.graph.Inputs, in, false); err != nil {
		return err
	}
	return fits(p.graph, "output", p.graph.Outputs, out, true)
}

// fits compares arrays with the graph's ports; some may be nil where they are
// optional.
func fits(g *graph.Graph, what string, ports []graph.Port, values [][]float32, optional bool) error {
	if len(values) != len(ports) {
		return fmt.Errorf("%d %ss given, the graph has %d", len(values), what, len(ports))
	}
	for i, port := range ports {
		if optional && values[i] == nil {
			continue
		}
		if want := g.Shape(port.Value).Elems(); len(values[i]) != want {
			return fmt.Errorf("%s %q has %d values, shape %v needs %d", what, port.Name, len(values[i]), g.Shape(port.Value), want)
		}
	}
	return nil
}

// wait returns when the run has ended, the device is lost, or ctx is cancelled.
func (p *Program) wait(ctx context.Context) error {
	select {
	case <-p.done:
		p.running = false
		return ctx.Err()
	case <-p.dev.Lost():
		return p.dev.Err()
	case <-ctx.Done():
		p.cancel.Invoke()
		return ctx.Err()
	}
}

// Close frees the program's GPU memory; weights that another program reads stay
// until that is closed too.
func (p *Program) Close() {
	if p.closed {
		return
	}
	p.closed = true
	for _, b := range p.buffers {
		b.Destroy()
	}
	for _, held := range p.weights {
		held.Release()
	}
	if !p.running {
		p.notify.Release()
		return
	}
	go func() { // JavaScript still calls notify once
		<-p.done
		p.notify.Release()
	}()
}

// bytesOf views values as bytes; wasm is little-endian, as WebGPU is.
func bytesOf[T float32 | uint32](values []T) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), 4*len(values))
}
