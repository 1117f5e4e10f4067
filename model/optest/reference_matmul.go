package optest

import (
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// matMul: y[z,r,c] = Σ_k a[z,r,k] · b[z,k,c], a and b read transposed where op says so.
func matMul(op graph.MatMul, out, a, b array) {
	out, a, b = matrices(out), matrices(a), matrices(b)
	at := func(x array, transposed bool, z, r, c int) float64 {
		if transposed {
			r, c = c, r
		}
		return *x.at3(z, r, c)
	}
	inner := len(a.data) / out.shape[0] / out.shape[1]
	out.each(func(z, r, c int) {
		for k := range inner {
			*out.at3(z, r, c) += at(a, op.TransposeA, z, r, k) * at(b, op.TransposeB, z, k, c)
		}
	})
}

// matrices is the array seen as [batch, rows, columns].
func matrices(x array) array {
	lead := len(x.shape) - 2
	return array{tensor.Shape{x.shape[:lead].Elems(), x.shape[lead], x.shape[lead+1]}, x.data}
}
