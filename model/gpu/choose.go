//go:build js && wasm

package gpu

import (
	"slices"
	"strings"

	"unnoise/model/gpu/device"
	"unnoise/shaders"
)

// Config names a way to compute a heavy operation. Each node has several; one
// of them, Plain, takes any shape.
type Config string

const (
	// Winograd computes a 3×3 convolution of stride 1 as F(2×2, 3×3), in three
	// dispatches with 4/9 of the multiplications.
	Winograd Config = "winograd"
	// Winograd4 does so as F(4×4, 3×3), with 1/4 of the multiplications.
	Winograd4 Config = "winograd4"
	// Tile keeps an 8×8 tile of the result in registers, without workgroup memory.
	Tile Config = "tile"
	// Depthwise computes a depthwise convolution, 8 pixels by 4 channels an invocation.
	Depthwise Config = "depthwise"
	// Vec4 computes 4 pixels by 4 channels of a convolution an invocation, for any
	// number of channels.
	Vec4 Config = "vec4"
	// Broadcast computes a convolution or the products of an attention 16 rows by 4
	// columns an invocation, whose subgroup loads the rows together, as Broadcast16 does
	// those of matrices. Where subgroups have at least 8 lanes.
	Broadcast Config = "broadcast"
	// Plain computes one value an invocation.
	Plain Config = "plain"

	// Stored reads weights of Q8_0 and Q4_0 as stored and expands them in registers:
	// less memory, and faster where a GPU is bound by reading them.
	Stored Config = "stored"

	// Fused computes an attention in one dispatch, without storing its scores. Tile
	// computes its products in 4×4 tiles in registers, in three.
	Fused Config = "fused"

	// Slabs takes a norm's statistics of some pixels of a group in each invocation.
	Slabs Config = "slabs"
	// Subgroups does so in each workgroup, whose subgroups add up their lanes. Only
	// where the device has the feature subgroups.
	Subgroups Config = "subgroups"
)

// kernels lists the kernels that a configuration of an operation is made of.
func (c Config) kernels(kind string) []string {
	switch {
	case c == Winograd:
		return []string{"winograd_weight", "winograd_input", "matmul_tile", "winograd_output"}
	case c == Winograd4:
		return []string{"winograd4_weight", "winograd4_input", "matmul_tile", "winograd4_output"}
	case c == Depthwise:
		return []string{"conv2d_depthwise"}
	case c == Vec4:
		return []string{"conv2d_vec4"}
	case c == Broadcast && kind == "attention":
		return []string{"attention_scores_broadcast", "attention_softmax", "attention_values_broadcast"}
	case c == Broadcast:
		return []string{"conv2d_broadcast"}
	case c == Tile && (kind == "conv_transpose2d" || kind == "conv2d_weight_grad"):
		return []string{kind + "_tile"}
	case c == Tile && kind == "conv2d":
		return []string{"conv2d_tile", "matmul_tile"}
	case c == Tile && kind == "attention":
		return []string{"attention_scores_tile", "attention_softmax", "attention_values_tile"}
	case c == Tile: // a linear layer, or the projections of an attention
		return []string{"matmul_tile"}
	case c == Stored && kind == "conv2d":
		return []string{"conv2d_stored", "matmul_stored"}
	case c == Stored:
		return []string{"matmul_stored"}
	case c == Subgroups:
		return []string{"group_norm_stats_subgroups", "group_norm_vec4"}
	case c == Slabs:
		return []string{"group_norm_stats_vec4", "group_norm_vec4"}
	case c == Fused:
		return []string{"attention_fused"}
	case kind == "attention":
		return []string{"attention_scores", "attention_softmax", "attention_values"}
	}
	return []string{kind}
}

// chooser decides between the configurations that fit a node.
type chooser struct {
	software  bool // the adapter computes on the CPU
	half      bool // activations are stored as f16
	subgroups bool // the device has them
	choices   Choices
	prefer    []Config
	vendor    string          // of the adapter, as its info has it
	lanes     int             // the fewest in a subgroup, 0 where the device has none
	rejected  map[string]bool // kernels that do not compile here: a stem, or a product's name
	used      map[Config]int  // how many nodes and products are computed so
	// observe, if set, hears of every decision about a node, observeProduct of those
	// about a product of matrices.
	observe        func(n fused, shape string, fitting []Config)
	observeProduct func(p shaders.Matmul, shape string, fitting []Config)
}

// newChooser chooses for a device.
func newChooser(dev *device.Device, opts Options) *chooser {
	c := &chooser{
		software: dev.Info.Software, vendor: dev.Info.Vendor,
		subgroups: dev.Features.Subgroups, half: opts.Precision == F16,
		choices: opts.Choices, prefer: opts.Prefer, rejected: map[string]bool{},
	}
	if c.subgroups {
		c.lanes = dev.Info.SubgroupMin
	}
	return c
}

// Choices is the faster configuration for each shape of a heavy operation, as
// measured by Tune. It can be stored as JSON; it holds for one adapter.
type Choices map[string]Config

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
	out := []Config{Plain, Depthwise, Vec4, Winograd, Winograd4, Fused, Slabs, Stored}
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
