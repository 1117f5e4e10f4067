package main

import (
	"context"
	"errors"
	"fmt"

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

// renew opens another device where err is the loss of this one, and returns err
// where it is not. Programs must be compiled again.
func (e *executor) renew(ctx context.Context, err error) error {
	select {
	case <-e.device.Lost():
	default:
		if !errors.Is(err, device.ErrLost) {
			return err
		}
	}
	another, openErr := device.Open(ctx)
	if openErr != nil {
		return fmt.Errorf("%w, and no other could be had: %v", err, openErr)
	}
	e.device = another
	return nil
}

func (e *executor) close() { e.device.Destroy() }
