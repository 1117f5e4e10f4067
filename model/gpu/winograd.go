//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// winograd is a form of Winograd's convolution: F(tile×tile, 3×3).
type winograd struct {
	config Config
	stem   string // of its kernels
	tile   int    // output pixels in each direction
}

var (
	winograd2 = winograd{Winograd, "winograd", 2}
	winograd4 = winograd{Winograd4, "winograd4", 4}
)

// planes is the number of products for each output tile.
func (w winograd) planes() int { return (w.tile + 2) * (w.tile + 2) }

// tiles is the number of output tiles of a value.
func (w winograd) tiles(batch, height, width int) int {
	return batch * ceilDiv(height, w.tile) * ceilDiv(width, w.tile)
}

// largest is how many words the largest buffer has that only this form needs, for a
// result of that shape: the transformed input, the products or the transformed weight.
func (w winograd) largest(out tensor.Shape, op graph.Conv2D) int {
	o, i := op.Weight.Shape[0], op.Weight.Shape[1]
	return w.planes() * max(w.tiles(out[0], out[1], out[2])*max(o, i), o*i)
}

// convWinograd computes a 3×3 convolution of stride 1 and padding 1 as Winograd's:
// transform the input, a matrix product for each plane, transform back. The input is what
// norm makes of its own where that is not nil.
func (l *lowering) convWinograd(w winograd, n fused, op graph.Conv2D, norm *waitingNorm) {
	in, out := l.shape(n.a), l.shape(n.Out)
	tilesH, tilesW := ceilDiv(out[1], w.tile), ceilDiv(out[2], w.tile)
	tiles, planes := w.tiles(out[0], out[1], out[2]), w.planes()
	inChannels, outChannels := l.channels(n.a)+l.channels(n.b), out[3]

	transformed := l.scratch("winograd input", planes*tiles*inChannels)
	input := shaders.WinogradInput{
		Batch: uint32(in[0]), Height: uint32(in[1]), Width: uint32(in[2]),
		ChannelsA: uint32(in[3]), ChannelsB: uint32(l.channels(n.b)),
		TilesH: uint32(tilesH), TilesW: uint32(tilesW), Upsample: flag(n.upsample),
	}
	if norm != nil {
		l.winogradNormInput(w, norm, input, tiles, transformed)
	} else {
		l.emit(w.stem+"_input", shaders.Overrides{"DUAL": flag(n.b != none)}, input,
			tiles*inChannels/4, float64(2*planes*tiles*inChannels), l.value(n.a), l.value(n.b), transformed)
	}

	products := l.scratch("winograd products", planes*tiles*outChannels)
	l.matmul(matrices{Matmul: shaders.Matmul{
		Batch: uint32(planes), Rows: uint32(tiles), InChannels: uint32(inChannels), OutChannels: uint32(outChannels),
	}}, 2*float64(planes*tiles)*float64(inChannels)*float64(outChannels),
		transformed, l.winogradMatrix(w, op.Weight), l.dummy, l.dummy, products)

	shift := l.perPicture(n.shift)
	var overrides shaders.Overrides
	kept := l.unused()
	keeps := l.keepsMoments(n)
	if keeps {
		overrides, kept = shaders.Overrides{"MOMENTS": 1}, l.momentsBuffer(n, tiles)
	}
	l.emit(w.stem+"_output", overrides, shaders.WinogradOutput{
		Batch: uint32(out[0]), Height: uint32(out[1]), Width: uint32(out[2]), Channels: uint32(outChannels),
		TilesH: uint32(tilesH), TilesW: uint32(tilesW),
		Bias: flag(op.Bias != nil), Shift: shift.row, ShiftFirst: shift.first, Residual: flag(n.residual != none), Groups: uint32(max(1, n.normGroups)),
	}, tiles*outChannels/4, 1.5*float64(planes*tiles*outChannels),
		products, l.vector(op.Bias), shift.buffer, l.value(n.residual), l.value(n.Out), kept)
	if keeps {
		l.keepMoments(n, tiles, kept)
	}
}

// winogradMatrix is a 3×3 kernel transformed, [planes, I, O].
func (l *lowering) winogradMatrix(w winograd, t *weights.Tensor) bufferID {
	perTap := t.Shape[0] * t.Shape[1]
	return l.weight(w.stem, []*weights.Tensor{t}, w.planes()*perTap, func(out bufferID) {
		spatial := l.addBuffer(buffer{label: t.Name + " matrix", words: 9 * perTap, kind: upload})
		l.expand(t, spatial, shaders.Expand{RowStep: 1, ColStep: uint32(t.Rows())})
		l.load = append(l.load, launch{
			label:      t.Name,
			stem:       w.stem + "_weight",
			params:     shaders.Encode(shaders.WinogradWeight{Count: uint32(perTap)}),
			bind:       []bufferID{spatial, out},
			workgroups: spread(ceilDiv(perTap, workgroup)),
		})
	})
}
