package main

import (
	"context"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// executor makes graphs ready to run.
type executor struct {
	name   string
	device *device.Device
}

// openExecutor returns the WebGPU executor of the adapter that Node offers.
func openExecutor(ctx context.Context) (*executor, error) {
	dev, err := device.Open(ctx)
	if err != nil {
		return nil, err
	}
	return &executor{"WebGPU, " + dev.Info.Name(), dev}, nil
}

func (e *executor) compile(ctx context.Context, g *graph.Graph) (graph.Program, error) {
	return gpu.Compile(ctx, e.device, g, gpu.Options{})
}

func (e *executor) close() { e.device.Destroy() }
