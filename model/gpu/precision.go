//go:build js && wasm

package gpu

import (
	"errors"

	"unnoise/model/graph"
)

// Precision is what a program stores activations and the matrices of weights as.
// It computes in float32 whichever it is, and its inputs and outputs are float32.
type Precision int

const (
	// F32 runs on every device.
	F32 Precision = iota
	// F16 takes half the memory and half the bandwidth, at a relative error of
	// about 1e-3. It needs a device with Features.ShaderF16.
	F16
)

// String returns "f32" or "f16".
func (p Precision) String() string {
	if p == F16 {
		return "f16"
	}
	return "f32"
}

// ErrNoF16 says that the device cannot store f16. Compile with F32.
var ErrNoF16 = errors.New("the device lacks the feature shader-f16, which the precision f16 needs")

// exactValues are the values that an f16 program stores as float32 all the same:
// its inputs, and what times and indices are computed from. A time of 999.5 or the
// index 2049 is not an f16.
func exactValues(g *graph.Graph) map[graph.ID]bool {
	exact := map[graph.ID]bool{}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		switch n.Op.Kind() {
		case "sinusoidal", "fourier", "embedding", "embedding_sum", "embedding_grad":
			exact[n.In[0]] = true
		default:
			for _, id := range n.In {
				exact[id] = exact[id] || exact[n.Out]
			}
		}
	}
	for _, p := range g.Inputs {
		exact[p.Value] = true
	}
	return exact
}
