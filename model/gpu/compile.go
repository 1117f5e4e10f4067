//go:build js && wasm

package gpu

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
)

// Options are what a caller may choose. The zero value is right for most.
type Options struct {
	// Slice is the longest that one submit should keep the GPU from others, a
	// canvas for instance; it is estimated. 0 submits a step at once.
	Slice time.Duration
	// Progress, if set, hears how many of the pipelines are compiled.
	Progress func(done, total int)
	// Precision is what activations are stored as: F32 unless F16 is asked for.
	Precision Precision
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
// device is lost, graph.ErrTooLarge where a binding cannot hold a value, that and
// device.ErrOutOfMemory where the device has no room, and otherwise names the node or
// the kernel.
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
	dev        *device.Device
	graph      *graph.Graph
	opts       Options
	lowering   *lowering
	plan       memoryPlan
	inputBytes int                        // of all inputs side by side
	offsets    map[bufferID]int           // in bytes, of weights, inputs and activations in their buffers
	pipelines  map[string]device.Pipeline // by shaders.Key
	program    *Program
}

func (c *compiler) compile(ctx context.Context) error {
	c.program = newProgram(c.dev, c.graph)
	if err := c.dev.Err(); err != nil {
		return err
	}
	if c.opts.Precision == F16 && !c.dev.Features.ShaderF16 {
		return ErrNoF16
	}
	choose := newChooser(c.dev, c.opts)
	for {
		var err error
		if c.lowering, err = lower(c.graph, choose); err != nil {
			return err
		}
		c.program.stats.Configs, choose.used = choose.used, nil
		failed := c.compilePipelines()
		if failed == nil {
			break
		}
		if ctx.Err() != nil || c.dev.Err() != nil {
			return cmp.Or(c.dev.Err(), ctx.Err())
		}
		if !choose.reject(failed.key) {
			return fmt.Errorf("%s: none of its kernels works here (rejected: %s): %w",
				failed.node, strings.Join(slices.Sorted(maps.Keys(choose.rejected)), ", "), failed.err)
		}
		c.program.stats.Rejected = append(c.program.stats.Rejected, failed.err.Error())
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.plan = planMemory(c.lowering, !c.opts.Isolate)
	if err := c.checkLimits(); err != nil {
		return err
	}
	return c.build(ctx)
}

// outcome is a kernel compiled, or why it is not.
type outcome struct {
	node, key string // the first node that needs it, and its shaders.Key
	pipeline  device.Pipeline
	err       error
}

// compilePipelines compiles the distinct kernels side by side. It returns one that
// does not compile, nil where all do.
func (c *compiler) compilePipelines() (failed *outcome) {
	if c.pipelines == nil {
		c.pipelines = map[string]device.Pipeline{}
	}
	results := make(chan outcome)
	pending := map[string]bool{}
	for _, list := range [][]launch{c.lowering.load, c.lowering.step} {
		for _, step := range list {
			key := step.key()
			if _, done := c.pipelines[key]; done || pending[key] {
				continue
			}
			pending[key] = true
			go func() {
				made := outcome{node: step.label, key: key}
				var code string
				if code, made.err = step.source(); made.err == nil {
					made.pipeline, made.err = c.dev.Pipeline(key, code)
				}
				results <- made
			}()
		}
	}
	for done := range len(pending) {
		if c.opts.Progress != nil {
			c.opts.Progress(done, len(pending))
		}
		made := <-results
		switch {
		case made.err == nil:
			c.pipelines[made.key] = made.pipeline
		case failed == nil:
			failed = &made
		}
	}
	return failed
}

// checkLimits reports a buffer that no binding can hold.
func (c *compiler) checkLimits() error {
	limit := c.dev.Limits.StorageBindingBytes
	for _, b := range c.lowering.buffers {
		if b.kind == unexpanded {
			continue
		}
		if bytes := bufferBytes(b.words); bytes > limit {
			return tooLarge{fmt.Errorf("%s needs %d MiB at once, this device allows %d MiB: use a smaller picture or batch",
				b.label, (bytes+1<<20-1)>>20, limit>>20)}
		}
	}
	return nil
}

// tooLarge is an error that is graph.ErrTooLarge as well as what it says.
type tooLarge struct{ error }

func (e tooLarge) Unwrap() error        { return e.error }
func (e tooLarge) Is(target error) bool { return target == graph.ErrTooLarge }

// bufferBytes rounds up to whole vec4f, as kernels that read them need.
func bufferBytes(words int) int { return max(16, ceilDiv(4*words, 16)*16) }
