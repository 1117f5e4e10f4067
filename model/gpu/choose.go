//go:build js && wasm

package gpu

import (
	"slices"
	"strings"

	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/shaders"
)

// chooser decides between the configurations that fit a node.
type chooser struct {
	software  bool // the adapter computes on the CPU
	half      bool // activations are stored as f16
	subgroups bool // the device has them
	choices   Choices
	prefer    []Config
	vendor    string          // of the adapter, as its info has it
	lanes     int             // the fewest in a subgroup, 0 where the device has none
	largest   int             // bytes that a binding may have; 0 is any number
	rejected  map[string]bool // kernels that do not compile here: a stem, or a product's name
	used      map[Config]int  // how many nodes and products are computed so
	// observe, if set, hears of every decision about a node, observeProduct of those
	// about a product of matrices.
	observe        func(n fused, shape string, fitting []Config)
	observeProduct func(m matrices, shape string, fitting []Config)
}

// newChooser chooses for a device.
func newChooser(dev *device.Device, opts Options) *chooser {
	c := &chooser{
		software: dev.Info.Software, vendor: dev.Info.Vendor,
		subgroups: dev.Features.Subgroups, half: opts.Precision == F16,
		choices: opts.Choices, prefer: opts.Prefer, rejected: map[string]bool{},
		largest: dev.Limits.StorageBindingBytes,
	}
	if c.subgroups {
		c.lanes = dev.Info.SubgroupMin
	}
	return c
}

// pick returns the configuration for a node of that shape among those that fit it,
// which come best first. Where none of them compiles it is Plain.
func (c *chooser) pick(n fused, shape string, fitting []Config) Config {
	if c.observe != nil {
		c.observe(n, shape, fitting)
	}
	kind, _, _ := strings.Cut(shape, " ") // not the node's: an attention has projections
	usable := slices.DeleteFunc(slices.Clone(fitting), func(config Config) bool {
		return slices.ContainsFunc(config.kernels(kind), c.refuses)
	})
	if len(usable) == 0 {
		return Plain // which says why it cannot be
	}
	for _, wanted := range append(slices.Clone(c.prefer), c.choices[shape]) {
		if slices.Contains(usable, wanted) {
			return c.use(wanted)
		}
	}
	return c.use(usable[0])
}

// use notes that a configuration is chosen.
func (c *chooser) use(config Config) Config {
	if c.used == nil {
		c.used = map[Config]int{}
	}
	c.used[config]++
	return config
}

// Configs lists the configurations that some operation may have on a device, each of
// which Prefer can force.
func Configs(dev *device.Device) []Config {
	c := newChooser(dev, Options{})
	out := []Config{Plain, Depthwise, Vec4, Implicit, Winograd, Winograd4, Epilogue, Prologue, Separate, Fused, Slabs, Rows, Stored}
	if c.broadcasts() {
		out = append(out, Broadcast)
	}
	if c.subgroups {
		out = append(out, Subgroups)
	}
	for _, p := range products {
		if c.supports(p) {
			out = append(out, p.config)
		}
	}
	return out
}

// Uses counts what of a graph is computed in a configuration; it compiles nothing.
func Uses(dev *device.Device, g *graph.Graph, opts Options, config Config) (int, error) {
	choose := newChooser(dev, opts)
	_, err := lower(g, choose)
	return choose.used[config], err
}

// binds reports whether one binding may have that many words.
func (c *chooser) binds(words int) bool { return c.largest == 0 || bufferBytes(words) <= c.largest }

// refuses reports whether a kernel was rejected.
func (c *chooser) refuses(kernel string) bool { return c.rejected[kernel] }

// reject forbids a kernel, named by shaders.Key, that does not compile here. It
// returns false where it was forbidden before: then nothing else can take over.
func (c *chooser) reject(key string) bool {
	kernel := shaders.Stem(key)
	if p, ok := productOf(key); ok { // with other tunables the same kernel may do
		kernel = p.name()
	}
	if c.rejected[kernel] {
		return false
	}
	c.rejected[kernel] = true
	return true
}
