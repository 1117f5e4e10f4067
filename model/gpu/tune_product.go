//go:build js && wasm

package gpu

import (
	"cmp"
	"context"
	"slices"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// productShapes lists the distinct shapes of matrix products that a graph may need,
// whichever way its convolutions are computed, the one with the most operations
// first.
func productShapes(dev *device.Device, g *graph.Graph, precision Precision) ([]candidate, error) {
	var out []candidate
	seen := map[string]int{}
	for _, convolution := range []Config{Winograd4, Winograd} {
		choose := newChooser(dev, Options{Prefer: []Config{convolution}, Precision: precision})
		choose.observeProduct = func(m matrices, shape string, fitting []Config) {
			flops := 2 * int64(m.Batch) * int64(m.Rows) * int64(m.InChannels) * int64(m.OutChannels)
			if i, ok := seen[shape]; ok {
				out[i].flops += flops
				return
			}
			fitting = slices.DeleteFunc(slices.Clone(fitting), func(config Config) bool { return !choose.promising(config, m) })
			if len(fitting) < 2 {
				return
			}
			seen[shape] = len(out)
			stored := precision
			if m.Batch > 1 { // of a Winograd convolution, whose planes are float32
				stored = F32
			}
			out = append(out, candidate{
				shape: shape, usual: choose.usualProduct(m), fitting: fitting,
				precision: stored, flops: flops, product: m,
			})
		}
		if _, err := lower(g, choose); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.flops, a.flops) })
	return out, nil
}

// compileProduct makes a program of a single product of zeros.
func compileProduct(ctx context.Context, dev *device.Device, m matrices, config Config, precision Precision) (*Program, error) {
	l := newLowering(&graph.Graph{}, newChooser(dev, Options{Prefer: []Config{config}, Precision: precision}))
	l.node = "product"
	m.Bias, m.Residual, m.SiLU = 0, 0, 0
	rows, b := int(m.Batch*m.Rows), int(m.InChannelsB)
	x := l.scratchAct("x", rows*(int(m.InChannels)-b))
	second := l.dummy
	if b > 0 {
		second = l.scratchAct("b", rows*b)
	}
	w := l.scratchAct("w", int(m.Batch*m.InChannels*m.OutChannels))
	l.matmulDual(m, 0, x, second, w, l.dummy, l.dummy, l.scratchAct("y", rows*int(m.OutChannels)))
	c := &compiler{dev: dev, graph: l.graph, lowering: l, program: newProgram(dev, l.graph)}
	err := func() error {
		if failed := c.compilePipelines(); failed != nil {
			return failed.err
		}
		c.plan = planMemory(l, true)
		if err := c.checkLimits(); err != nil {
			return err
		}
		return c.build(ctx)
	}()
	if err != nil {
		c.program.Close()
		return nil, err
	}
	return c.program, nil
}
