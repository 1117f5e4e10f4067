//go:build js && wasm

package gpu

import (
	"slices"

	"unnoise/model/graph"
)

// What is taken where Tune has not measured, from what is known of the adapters. A
// lane is one invocation; registers are counted in 32-bit words a lane.
//
//   - nvidia: 65536 registers a multiprocessor, at most 255 a lane; subgroups of 32;
//     workgroup memory of its own, with barriers of a few cycles.
//   - amd: 256 vector registers a lane (RDNA: 1024 of 32 lanes a SIMD); subgroups of
//     32 or 64; 64 KiB or more of workgroup memory beside the cache.
//   - intel: 128 registers of 32 or 64 bytes a thread, which 16 or 32 lanes share: 64
//     words a lane before it spills. Workgroup memory is fast; subgroups of 8 to 32.
//   - apple: a register file that grows into the cache (M3) and 32 KiB of threadgroup
//     memory; subgroups of 32.
//   - arm (Mali): 64 registers a lane, 32 of them for full occupancy; workgroup memory
//     is ordinary memory behind the same cache, so copying into it gains nothing.
//   - qualcomm (Adreno): registers are scarce in the same way; 32 KiB of local memory,
//     but waves of 64 or 128 lanes make barriers costly.
//   - Adapters that compute on the CPU: no workgroup memory, barriers that switch
//     stacks, and every load done lane by lane behind a bounds check; what counts is the
//     number of loads.

// fewRegisters reports whether 64 sums in registers would spill or leave few lanes.
func (c *chooser) fewRegisters() bool {
	return slices.Contains([]string{"arm", "qualcomm", "img-tec", "imagination", "samsung"}, c.vendor)
}

// defaultProducts lists configurations of a batch of products, the best first.
func (c *chooser) defaultProducts(m matrices) []Config {
	switch {
	case c.software:
		// Rows that a tile has in excess are computed and thrown away.
		switch {
		case m.Rows > 16:
			return []Config{Broadcast32, Tall, SameRows}
		case m.Rows > 8:
			return []Config{Broadcast16, Tall, SameRows}
		}
		return []Config{Broadcast8, SameRows}
	case c.splits(m):
		return []Config{SplitK, Flat}
	case c.fewRegisters():
		return []Config{Flat}
	case m.Rows >= 32 && m.OutChannels >= 32 && m.Batch*((m.Rows+63)/64)*((m.OutChannels+63)/64) >= enoughWorkgroups:
		return []Config{Shared}
	}
	// Few rows, or too few 64×64 tiles for all multiprocessors: smaller ones.
	return []Config{Broadcast8, Flat}
}

// promising reports whether measuring a configuration of products is worth the time.
// On an adapter that computes on the CPU barriers alone cost more than the products;
// on a GPU workgroups of 8 leave three quarters of a subgroup idle. Where most rows
// of a tile would be in excess a smaller one does.
func (c *chooser) promising(config Config, m matrices) bool {
	switch config {
	case Shared:
		return !c.software && m.Rows > 16
	case Flat, Tile:
		return !c.software
	case SameRows:
		return c.software
	case SplitK:
		return !c.software && m.InChannels >= 256 && flatInvocations(m) < fewInvocations
	case Tall:
		return c.software && m.Rows > 8
	case Broadcast16:
		return m.Rows > 8
	case Broadcast32:
		return m.Rows > 16
	}
	return true
}

// worthMeasuring is promising for an operation: on an adapter that computes on the CPU
// what synchronises the invocations of a workgroup never pays.
func (c *chooser) worthMeasuring(config Config) bool {
	return !c.software || config != Implicit && config != Subgroups
}

// prologues are the ways to normalise the input of a Winograd convolution, the best first.
func (c *chooser) prologues() []Config {
	return []Config{Separate, Prologue}
}

// fewInvocations is so few that a GPU cannot hide what each waits for: a middling one of
// 30 multiprocessors has room for some 30000 with 64 registers each, and wants a quarter.
const fewInvocations = 1 << 13

// flatInvocations is how many invocations a product has as Flat.
func flatInvocations(m matrices) uint32 {
	return m.Batch * ((m.Rows + 3) / 4) * ((m.OutChannels + 7) / 8)
}

// splits reports whether a product is split by default: where its invocations are so few
// that most of a GPU would be idle, and the sum of each is so long that half of it takes
// longer than the dispatch that joins the halves, some 5 µs or 100 loads one after another.
func (c *chooser) splits(m matrices) bool {
	return !c.software && !m.turned && m.InChannels >= 512 && flatInvocations(m) < fewInvocations/4
}

// enoughWorkgroups is about as many workgroups of 256 as keep a middling desktop GPU
// of some 30 multiprocessors busy.
const enoughWorkgroups = 32

// broadcastWorkgroup is the workgroup of matmul_broadcast. An adapter that computes
// on the CPU has 4 to 16 lanes and gains nothing from more; GPUs have 32 or 64.
func (c *chooser) broadcastWorkgroup(outChannels int) int {
	if c.software {
		return 8
	}
	if outChannels <= 64 {
		return 16
	}
	return 32
}

// maxTransformedBytes bounds the memory of Winograd's weights: F(4×4, 3×3) has four
// times a kernel's values. Beyond it convolutions take F(2×2, 3×3), then Tile.
const maxTransformedBytes = 1 << 30

// winogradConfigs lists the configurations of a 3×3 convolution of stride 1, best
// first.
func (l *lowering) winogradConfigs(n fused, op graph.Conv2D) []Config {
	s := l.shape(n.Out)
	cost := func(w winograd) int {
		rows := w.tiles(s[0], s[1], s[2])
		if l.choose.software {
			rows = ceilDiv(rows, 8) * 8
		}
		return rows * w.planes()
	}
	forms := []winograd{winograd4, winograd2}
	// 36 vec4 of a tile are 144 registers.
	if l.choose.fewRegisters() || cost(winograd2) <= cost(winograd4) {
		forms = []winograd{winograd2, winograd4}
	}
	perPlane := int64(4 * op.Weight.Shape[0] * op.Weight.Shape[1])
	if l.transformed+perPlane*int64(winograd4.planes()) > maxTransformedBytes {
		forms = []winograd{winograd2}
	}
	if l.transformed+perPlane*int64(winograd2.planes()) > maxTransformedBytes {
		forms = nil
	}
	forms = slices.DeleteFunc(forms, func(w winograd) bool { return !l.choose.binds(w.largest(s, op)) })
	var order []Config
	for _, w := range forms {
		order = append(order, w.config)
	}
	if len(forms) > 0 {
		l.transformed += perPlane * int64(forms[0].planes())
	}
	if s[1]*s[2] == 1 { // one tap of nine is inside the picture
		return l.withImplicit(n, append([]Config{Tile}, append(order, Plain)...))
	}
	return l.withImplicit(n, append(order, Tile, Plain))
}
