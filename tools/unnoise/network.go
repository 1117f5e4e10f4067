package main

import (
	"context"

	"unnoise/model/architecture"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/weights"
)

// newNetwork makes a model's network, with its gradient, ready to be compiled by an
// executor for any number of pictures.
func newNetwork(ctx context.Context, exec *executor, set *weights.Set, info run.Info) *run.Network {
	build := func(batch int) (*graph.Graph, error) {
		return architecture.All.Build(set, batch, info.Height, info.Width)
	}
	network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
		g, err := build(batch)
		if err != nil {
			return nil, err
		}
		return exec.compile(ctx, g)
	})
	network.CompileVJP = func(batch int) (graph.Program, error) {
		g, err := build(batch)
		if err != nil {
			return nil, err
		}
		if g, err = run.WithGradient(g); err != nil {
			return nil, err
		}
		return exec.compile(ctx, g)
	}
	return network
}
