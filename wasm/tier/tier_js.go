package tier

import (
	"context"
	"errors"
	"fmt"
	"time"

	"unnoise/model/cpu"
	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
)

// Executor is what programs are compiled for: a WebGPU device, or this
// program's own thread.
type Executor struct {
	Device *device.Device // nil on the CPU tier
	Ready  message.Ready
	// Rate is the speed in FLOP/s: measured once a step has been timed, a guess
	// before.
	Rate     float64
	Measured bool
}

// Guesses of the speed before anything has been timed, FLOP/s.
const (
	rateCPU      = 0.5e9 // Go on WebAssembly: one thread, no SIMD
	rateSoftware = 2e9   // WebGPU computed by a few CPU cores
	rateGPU      = 50e9  // a small integrated GPU on a small network
)

// Slice is how long one submit may keep the GPU from drawing the page.
const Slice = 50 * time.Millisecond

// OnCPU returns the executor of the last tier, with the reason for it.
func OnCPU(reason string) *Executor {
	return &Executor{Ready: message.Ready{Tier: message.TierCPU, Reason: reason}, Rate: rateCPU}
}

// Open picks the tier.
func Open(ctx context.Context, want message.Tier) *Executor {
	if want == message.TierCPU {
		return OnCPU("Computing on the CPU, as the address of this page asks for.")
	}
	dev, err := device.Open(ctx)
	if err != nil {
		return OnCPU(fmt.Sprintf("Computing on the CPU: %s.", obtain.Clause(err)))
	}
	return OnDevice(dev)
}

// OnDevice returns the executor of a device.
func OnDevice(dev *device.Device) *Executor {
	x := &Executor{Device: dev, Rate: rateGPU}
	x.Ready = message.Ready{
		Tier:     message.TierWebGPU,
		Adapter:  dev.Info.Name(),
		Software: dev.Info.Software,
		Features: featureNames(dev.Features),
		Reason:   "Computing on the GPU with WebGPU.",
	}
	if dev.Info.Software {
		x.Rate = rateSoftware
		x.Ready.Reason = "Computing with WebGPU, but this adapter is a program that runs on the CPU: steps take longer."
	}
	return x
}

func featureNames(f device.Features) []string {
	names := []string{}
	for _, feature := range []struct {
		has  bool
		name string
	}{{f.ShaderF16, "shader-f16"}, {f.Subgroups, "subgroups"}, {f.TimestampQuery, "timestamp-query"}} {
		if feature.has {
			names = append(names, feature.name)
		}
	}
	return names
}

// Compile makes g ready to run on the device, or without one on this thread.
func (x *Executor) Compile(ctx context.Context, g *graph.Graph, opts gpu.Options) (graph.Program, error) {
	if x.Device == nil {
		return cpu.Compile(g)
	}
	opts.Slice = Slice
	program, err := gpu.Compile(ctx, x.Device, g, opts)
	if err != nil {
		return nil, err // not program, which would be a nil pointer in an interface
	}
	return program, nil
}

// lossNews is how long the news of a device's loss may come after the errors that
// it causes.
const lossNews = time.Second

// LostBy reports whether the device is lost, given that it failed with err.
func (x *Executor) LostBy(err error) bool {
	if x.Device == nil || errors.Is(err, device.ErrLost) {
		return x.Device != nil
	}
	select {
	case <-x.Device.Lost():
		return true
	case <-time.After(lossNews):
		return false
	}
}

// Timed takes note that operations took so long.
func (x *Executor) Timed(operations float64, took time.Duration) {
	if took > 0 && operations > 0 {
		x.Rate, x.Measured = operations/took.Seconds(), true
	}
}

// reopenWaits are the pauses before each attempt to get a device back: a browser
// that has just lost its GPU process needs a moment.
var reopenWaits = []time.Duration{0, 200 * time.Millisecond, time.Second}

// Reopen returns an executor in place of x, whose device is lost: of another device,
// or of the CPU where none can be had.
func (x *Executor) Reopen(ctx context.Context) *Executor {
	var err error
	for _, wait := range reopenWaits {
		time.Sleep(wait)
		var dev *device.Device
		if dev, err = device.Open(ctx); err == nil {
			return OnDevice(dev)
		}
	}
	return OnCPU(fmt.Sprintf("Computing on the CPU: %s, and no other could be had (%s).", obtain.Clause(x.Device.Err()), obtain.Clause(err)))
}
