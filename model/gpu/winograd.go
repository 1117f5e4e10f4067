//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

// winogradPlanes is the number of products in F(2×2, 3×3): 4×4 for 2×2 results.
const winogradPlanes = 16

// convWinograd computes a 3×3 convolution of stride 1 and padding 1 as Winograd's
// F(2×2, 3×3): transform the input, 16 matrix products, transform back.
func (l *lowering) convWinograd(n fused, op graph.Conv2D) {
	in, out := l.shape(n.a), l.shape(n.Out)
	tilesH, tilesW := ceilDiv(out[1], 2), ceilDiv(out[2], 2)
	tiles := out[0] * tilesH * tilesW
	inChannels, outChannels := l.channels(n.a)+l.channels(n.b), out[3]

	transformed := l.scratch("winograd input", winogradPlanes*tiles*inChannels)
	l.emit("winograd_input", shaders.Overrides{"DUAL": flag(n.b != none)}, shaders.WinogradInput{
		Batch: uint32(in[0]), Height: uint32(in[1]), Width: uint32(in[2]),
		ChannelsA: uint32(in[3]), ChannelsB: uint32(l.channels(n.b)),
		TilesH: uint32(tilesH), TilesW: uint32(tilesW), Upsample: flag(n.upsample),
	}, tiles*inChannels/4, 32*float64(tiles*inChannels), l.value(n.a), l.value(n.b), transformed)

	products := l.scratch("winograd products", winogradPlanes*tiles*outChannels)
	l.matmul(shaders.Matmul{
		Batch: winogradPlanes, Rows: uint32(tiles), InChannels: uint32(inChannels), OutChannels: uint32(outChannels),
	}, 2*winogradPlanes*float64(tiles)*float64(inChannels)*float64(outChannels),
		transformed, l.winogradMatrix(op.Weight), l.dummy, l.dummy, products)

	l.emit("winograd_output", nil, shaders.WinogradOutput{
		Batch: uint32(out[0]), Height: uint32(out[1]), Width: uint32(out[2]), Channels: uint32(outChannels),
		TilesH: uint32(tilesH), TilesW: uint32(tilesW),
		Bias: flag(op.Bias != nil), Shift: flag(n.shift != none), Residual: flag(n.residual != none),
	}, tiles*outChannels/4, 24*float64(tiles*outChannels),
		products, l.vector(op.Bias), l.value(n.shift), l.value(n.residual), l.value(n.Out))
}

// winogradMatrix is a 3×3 kernel transformed, [16, I, O].
func (l *lowering) winogradMatrix(t *weights.Tensor) bufferID {
	perTap := t.Shape[0] * t.Shape[1]
	return l.weight("winograd", []*weights.Tensor{t}, winogradPlanes*perTap, func(out bufferID) {
		spatial := l.addBuffer(buffer{label: t.Name + " matrix", words: 9 * perTap, kind: upload})
		l.expand(t, spatial, shaders.Expand{RowStep: 1, ColStep: uint32(t.Rows())})
		l.load = append(l.load, launch{
			label:      t.Name,
			stem:       "winograd_weight",
			params:     shaders.Encode(shaders.WinogradWeight{Count: uint32(perTap)}),
			bind:       []bufferID{spatial, out},
			workgroups: spread(ceilDiv(perTap, workgroup)),
		})
	})
}
