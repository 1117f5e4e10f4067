package cpu

import "unnoise/model/weights"

// operand is a weight that a kernel reads: a tensor, expanded when compiling, or
// where that is nil the node's input of that index, in the layout that the tensor
// would be stored in. The result gives its values for a run with those inputs, nil
// where it is absent.
func operand(t *weights.Tensor, input int) func(in [][]float32) []float32 {
	constant := expand(t)
	return func(in [][]float32) []float32 {
		if t == nil && input < len(in) {
			return in[input]
		}
		return constant
	}
}
