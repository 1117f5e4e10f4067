//go:build !js

package main

import (
	"context"
	"fmt"
	"runtime"

	"unnoise/model/cpu"
	"unnoise/model/graph"
)

// executor makes graphs ready to run.
type executor struct{ name string }

// openExecutor returns the CPU executor.
func openExecutor(context.Context) (*executor, error) {
	return &executor{fmt.Sprintf("CPU, %d threads", runtime.GOMAXPROCS(0))}, nil
}

func (*executor) compile(_ context.Context, g *graph.Graph) (graph.Program, error) {
	return cpu.Compile(g)
}

// renew returns err: there is no device that could be lost.
func (*executor) renew(_ context.Context, err error) error { return err }

func (*executor) close() {}
