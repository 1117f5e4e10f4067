//go:build js && wasm

package gpu

import "unnoise/shaders"

// sameRows are the overrides of matmul_tile in the configuration SameRows.
var (
	sameRows    = shaders.Overrides{"WORKGROUP": 8, "SAME_ROWS": 1}
	sameRowsKey = shaders.Key("matmul_tile", sameRows)
)

// matmul launches a product of matrices in the configuration that suits the
// adapter and the shape.
func (l *lowering) matmul(p shaders.Matmul, cost float64, x, w, bias, residual, out bufferID) {
	bind := []bufferID{x, w, bias, residual, out}
	switch l.choose.product(int(p.Batch), int(p.Rows), int(p.OutChannels)) {
	case Shared: // 64 rows by 64 columns a workgroup
		groups := [3]uint32{uint32(ceilDiv(int(p.Rows), 64)), uint32(ceilDiv(int(p.OutChannels), 64)), p.Batch}
		l.emitGroups("matmul_shared", nil, p, groups, cost, bind...)
	case SameRows: // 8 rows by 64 columns a workgroup
		groups := [3]uint32{uint32(ceilDiv(int(p.Rows), 8)), uint32(ceilDiv(int(p.OutChannels), 64)), p.Batch}
		l.emitGroups("matmul_tile", sameRows, p, groups, cost, bind...)
	default: // 8 rows by 8 columns an invocation
		invocations := int(p.Batch) * ceilDiv(int(p.Rows), 8) * ceilDiv(int(p.OutChannels), 8)
		l.emit("matmul_tile", nil, p, invocations, cost, bind...)
	}
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
