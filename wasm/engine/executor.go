//go:build js && wasm

package main

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
)

// executor is what programs are compiled for: a WebGPU device, or this
// program's own thread.
type executor struct {
	device *device.Device // nil on the CPU tier
	ready  message.Ready
	// rate is the speed in FLOP/s: measured once a step has been timed, a guess
	// before.
	rate     float64
	measured bool
}

// Guesses of the speed before anything has been timed, FLOP/s.
const (
	rateCPU      = 0.5e9 // Go on WebAssembly: one thread, no SIMD
	rateSoftware = 2e9   // WebGPU computed by a few CPU cores
	rateGPU      = 50e9  // a small integrated GPU on a small network
)

// gpuSlice is how long one submit may keep the GPU from drawing the page.
const gpuSlice = 50 * time.Millisecond

// onCPU returns the executor of the last tier, with the reason for it.
func onCPU(reason string) *executor {
	return &executor{ready: message.Ready{Tier: message.TierCPU, Reason: reason}, rate: rateCPU}
}

// openExecutor picks the tier.
func openExecutor(ctx context.Context, want message.Tier) *executor {
	if want == message.TierCPU {
		return onCPU("Computing on the CPU, as the address of this page asks for.")
	}
	dev, err := device.Open(ctx)
	if err != nil {
		return onCPU(fmt.Sprintf("Computing on the CPU: %s.", clause(err)))
	}
	return onDevice(dev)
}

func onDevice(dev *device.Device) *executor {
	x := &executor{device: dev, rate: rateGPU}
	x.ready = message.Ready{
		Tier:     message.TierWebGPU,
		Adapter:  dev.Info.Name(),
		Software: dev.Info.Software,
		Features: featureNames(dev.Features),
		Reason:   "Computing on the GPU with WebGPU.",
	}
	if dev.Info.Software {
		x.rate = rateSoftware
		x.ready.Reason = "Computing with WebGPU, but this adapter is a program that runs on the CPU: steps take longer."
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

// compile makes g ready to run on the device, or without one on this thread.
func (x *executor) compile(ctx context.Context, g *graph.Graph, opts gpu.Options) (graph.Program, error) {
	if x.device == nil {
		return cpu.Compile(g)
	}
	opts.Slice = gpuSlice
	program, err := gpu.Compile(ctx, x.device, g, opts)
	if err != nil {
		return nil, err // not program, which would be a nil pointer in an interface
	}
	return program, nil
}

// lossNews is how long the news of a device's loss may come after the errors that
// it causes.
const lossNews = time.Second

// lostBy reports whether the device is lost, given that it failed with err.
func (x *executor) lostBy(err error) bool {
	if x.device == nil || errors.Is(err, device.ErrLost) {
		return x.device != nil
	}
	select {
	case <-x.device.Lost():
		return true
	case <-time.After(lossNews):
		return false
	}
}

// timed takes note that operations took so long.
func (x *executor) timed(operations float64, took time.Duration) {
	if took > 0 && operations > 0 {
		x.rate, x.measured = operations/took.Seconds(), true
	}
}
