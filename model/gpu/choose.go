//go:build js && wasm

package gpu

import (
	"slices"
	"strings"

	"unnoise/shaders"
)

// Config names a way to compute a heavy operation. Each node has several; one
// of them, Plain, takes any shape.
type Config string

const (
	// Winograd computes a 3×3 convolution of stride 1 in three dispatches with 4/9
	// of the multiplications.
	Winograd Config = "winograd"
	// Tile keeps an 8×8 tile of the result in registers, without workgroup memory.
	Tile Config = "tile"
	// Depthwise computes a depthwise convolution, 8 pixels by 4 channels an invocation.
	Depthwise Config = "depthwise"
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

	// Shared and SameRows are ways to compute the matrix products that linear
	// layers, 1×1 convolutions and Winograd convolutions are made of; Tile is a
	// third. Shared goes through workgroup memory, which suits GPUs.
	Shared Config = "shared"
	// SameRows is Tile with the workgroup spread along a row of tiles, which suits
	// an adapter that computes on the CPU.
	SameRows Config = "same-rows"
)

// kernels lists the kernels that a configuration of an operation is made of.
func (c Config) kernels(kind string) []string {
	switch {
	case c == Winograd:
		return []string{"winograd_weight", "winograd_input", "matmul_tile", "winograd_output"}
	case c == Depthwise:
		return []string{"conv2d_depthwise"}
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
	rejected  map[string]bool // kernels that do not compile here: a stem, or sameRowsKey
	// observe, if set, hears of every decision.
	observe func(n fused, shape string, fitting []Config)
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
			return wanted
		}
	}
	return usable[0]
}

// product returns the configuration of a batch of matrix products.
func (c *chooser) product(batch, rows, columns int) Config {
	fits := func(config Config) bool {
		switch config {
		case Shared:
			return !c.refuses("matmul_shared") && batch <= maxWorkgroups && rows <= 64*maxWorkgroups
		case SameRows:
			return !c.refuses(sameRowsKey) && batch <= maxWorkgroups && rows <= 8*maxWorkgroups
		}
		return config == Tile
	}
	for _, wanted := range c.prefer {
		if fits(wanted) {
			return wanted
		}
	}
	// A workgroup of SameRows spans 64 columns: no lane idles where they divide.
	if c.software && columns%64 == 0 && fits(SameRows) {
		return SameRows
	}
	if !c.software && rows >= 32 && columns >= 32 && fits(Shared) {
		return Shared
	}
	return Tile
}

// refuses reports whether a kernel was rejected.
func (c *chooser) refuses(kernel string) bool { return c.rejected[kernel] }

// reject forbids a kernel, named by shaders.Key, that does not compile here. It
// returns false where it was forbidden before: then nothing else can take over.
func (c *chooser) reject(key string) bool {
	kernel := shaders.F32Key(key)
	if kernel != sameRowsKey { // without SAME_ROWS the same kernel may do
		kernel = shaders.Stem(key)
	}
	if c.rejected[kernel] {
		return false
	}
	c.rejected[kernel] = true
	return true
}
