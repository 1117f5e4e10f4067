//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/shaders"
)

func (l *lowering) linear(n fused, op graph.Linear) {
	p := projection{
		x: n.a, residual: n.residual, out: l.value(n.Out), outChannels: l.channels(n.Out), silu: n.silu,
		weight: storedAlone(op), bias: l.vectorOf(op.Bias, n, 2),
	}
	switch {
	case op.Transposed:
		p.matrix, p.stride = l.rowMatrixOf(op.Weight, n, 1)
	case op.Weight != nil:
		p.matrix, p.stride = l.matrix(op.Weight)
	default: // a value, which kernels read as it is
		p.matrix, p.stride, p.turned = l.value(n.In[1]), l.channels(n.a), true
	}
	l.project(n, p)
}

// storedAlone is the weight of a layer whose rows are as stored, or nil.
func storedAlone(op graph.Linear) *weights.Tensor {
	if op.Transposed {
		return nil
	}
	return op.Weight
}

// projection is a linear layer over the innermost extent of x.
type projection struct {
	x, residual graph.ID
	matrix      bufferID // [channels of x, stride]
	stride      int
	turned      bool            // matrix is [outChannels, stride], the channels of x beside each other
	weight      *weights.Tensor // what matrix has, or nil where it is of several
	bias        bufferID        // or l.dummy
	out         bufferID
	outChannels int
	silu        bool
}

func (l *lowering) project(n fused, p projection) {
	in := l.channels(p.x)
	rows := l.shape(p.x).Elems() / in
	bias, residual := flag(p.bias != l.dummy), flag(p.residual != none)
	cost := 2 * float64(rows) * float64(in) * float64(p.outChannels)
	m := matrices{Matmul: shaders.Matmul{
		Batch: 1, Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(p.outChannels),
		Bias: bias, Residual: residual, SiLU: flag(p.silu),
	}, turned: p.turned}
	fitting := []Config{Tile, Plain}
	switch {
	case in%4 != 0 || p.outChannels%4 != 0:
		fitting = []Config{Plain}
	case rows < 4 && !l.choose.splits(m): // most of a tile of 8 rows would be empty
		fitting = []Config{Plain, Tile}
	}
	if l.isStored(p.weight) {
		fitting = append(fitting, Stored)
	}
	shape := fmt.Sprintf("linear [%d, %d] %d", rows, in, p.outChannels)
	switch l.choose.pick(n, shape, fitting) {
	case Tile:
		l.matmul(m, cost, l.value(p.x), p.matrix, p.bias, l.value(p.residual), p.out)
		return
	case Stored:
		l.matmulStored(shaders.MatmulStored{
			Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(p.outChannels),
			Bias: bias, Residual: residual, SiLU: flag(p.silu),
		}, p.weight, cost, l.value(p.x), p.bias, l.value(p.residual), p.out)
		return
	}
	inStep, outStep := uint32(p.stride), uint32(1)
	if p.turned {
		inStep, outStep = outStep, inStep
	}
	l.emit("linear", nil, shaders.Linear{
		Rows: uint32(rows), InChannels: uint32(in), OutChannels: uint32(p.outChannels), InStep: inStep, OutStep: outStep,
		Bias: bias, Residual: residual, SiLU: flag(p.silu),
	}, rows*p.outChannels, cost, l.value(p.x), p.matrix, p.bias, l.value(p.residual), p.out)
}
