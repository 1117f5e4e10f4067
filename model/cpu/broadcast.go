package cpu

import "unnoise/model/tensor"

// broadcast reads axes of extent 1 again for every index of the result.
func broadcast(in, out tensor.Shape) kernel {
	return kernel{run: func(dst []float32, values [][]float32, _ []float32) {
		index := make([]int, len(out))
		for i := range dst {
			at := 0
			for axis, extent := range in {
				at *= extent
				if extent > 1 {
					at += index[axis]
				}
			}
			dst[i] = values[0][at]
			for axis := len(out) - 1; axis >= 0; axis-- {
				index[axis]++
				if index[axis] < out[axis] {
					break
				}
				index[axis] = 0
			}
		}
	}}
}
