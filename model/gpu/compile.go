//go:build js && wasm

package gpu

import (
	"context"
	"fmt"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/shaders"
)

// Options are what a caller may choose. The zero value is right for most.
type Options struct {
	// Slice is the longest that one submit should keep the GPU from others, a
	// canvas for instance; it is estimated. 0 submits a step at once.
	Slice time.Duration
	// Progress, if set, hears how many of the pipelines are compiled.
	Progress func(done, total int)
	// Choices has measured configurations, by Tune; nil takes the defaults.
	Choices Choices
	// Prefer puts these configurations first, wherever they fit.
	Prefer []Config
	// Isolate gives every value its own memory and fills it with NaN before each
	// run, so that a kernel that leaves something unwritten shows. For tests.
	Isolate bool
	// Hollow dispatches a single workgroup of every kernel, which leaves the host's
	// work. For benchmarks; the results mean nothing.
	Hollow bool
}

// Compile makes a graph ready to run on dev. The error is ErrDeviceLost where the
// device is lost, device.ErrOutOfMemory where it has no room, and otherwise names
// the node or the kernel.
func Compile(ctx context.Context, dev *device.Device, g *graph.Graph, opts Options) (*Program, error) {
	c := &compiler{dev: dev, graph: g, opts: opts}
	if err := c.compile(ctx); err != nil {
		c.program.Close()
		return nil, fmt.Errorf("compiling for %s: %w", dev.Info.Name(), err)
	}
	return c.program, nil
}

// compiler holds what is known while a program is made.
type compiler struct {
	dev       *device.Device
	graph     *graph.Graph
	opts      Options
	lowering  *lowering
	plan      memoryPlan
	pipelines map[string]device.Pipeline // by shaders.Key
	program   *Program
}

func (c *compiler) compile(ctx context.Context) error {
	c.program = newProgram(c.dev, c.graph)
	if err := c.dev.Err(); err != nil {
		return err
	}
	choose := &chooser{software: c.dev.Info.Software, choices: c.opts.Choices, prefer: c.opts.Prefer, rejected: map[string]bool{}}
	for {
		var err error
		if c.lowering, err = lower(c.graph, choose); err != nil {
			return err
		}
		rejected, err := c.compilePipelines(ctx)
		if err == nil {
			break
		}
		// Another configuration may do; the plain kernels have none to fall back to.
		if ctx.Err() != nil || c.dev.Err() != nil || rejected == "" || !choose.reject(rejected) {
			return err
		}
		c.program.stats.Rejected = append(c.program.stats.Rejected, err.Error())
	}
	c.plan = planMemory(c.lowering, !c.opts.Isolate)
	if err := c.checkLimits(); err != nil {
		return err
	}
	return c.build(ctx)
}

// compilePipelines compiles the distinct kernels side by side. On failure it
// returns the key of one that does not compile.
func (c *compiler) compilePipelines(ctx context.Context) (rejected string, err error) {
	type outcome struct {
		key      string
		pipeline device.Pipeline
		err      error
	}
	if c.pipelines == nil {
		c.pipelines = map[string]device.Pipeline{}
	}
	results := make(chan outcome)
	pending := map[string]bool{}
	for _, list := range [][]launch{c.lowering.load, c.lowering.step} {
		for _, step := range list {
			key := shaders.Key(step.stem, step.overrides)
			if _, done := c.pipelines[key]; done || pending[key] {
				continue
			}
			pending[key] = true
			go func() {
				code, err := shaders.Source(step.stem, step.overrides)
				if err != nil {
					results <- outcome{key: key, err: err}
					return
				}
				pipeline, err := c.dev.Pipeline(key, code)
				results <- outcome{key, pipeline, err}
			}()
		}
	}
	for done := range len(pending) {
		if c.opts.Progress != nil {
			c.opts.Progress(done, len(pending))
		}
		r := <-results
		if r.err != nil && err == nil {
			rejected, err = r.key, r.err
		}
		if r.err == nil {
			c.pipelines[r.key] = r.pipeline
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	return rejected, err
}

// checkLimits reports a buffer that no binding can hold.
func (c *compiler) checkLimits() error {
	limit := c.dev.Limits.StorageBindingBytes
	for _, b := range c.lowering.buffers {
		if bytes := bufferBytes(b.words); bytes > limit {
			return fmt.Errorf("%s needs %d MiB at once, this device allows %d MiB: use a smaller picture or batch",
				b.label, (bytes+1<<20-1)>>20, limit>>20)
		}
	}
	return nil
}

// bufferBytes rounds up to whole vec4f, as kernels that read them need.
func bufferBytes(words int) int { return max(16, ceilDiv(4*words, 16)*16) }
