package cpu

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// pooled calls visit for every window with its place in the result and the places in
// the picture that lie in it, of channel 0, in reading order. Tasks are pictures.
func pooled(window graph.Window, x, y tensor.Shape, workers *crew, visit func(result int, inside []int)) {
	h, w, c := x[1], x[2], x[3]
	workers.each(y[0], func(_, image int) {
		inside := make([]int, 0, window.Size*window.Size)
		for row := range y[1] {
			for column := range y[2] {
				inside = inside[:0]
				top, left := row*window.Stride-window.Pad, column*window.Stride-window.Pad
				for sy := max(0, top); sy < min(h, top+window.Size); sy++ {
					for sx := max(0, left); sx < min(w, left+window.Size); sx++ {
						inside = append(inside, ((image*h+sy)*w+sx)*c)
					}
				}
				visit(((image*y[1]+row)*y[2]+column)*c, inside)
			}
		}
	})
}

// avgPool2D is the mean of each window, its zeros beyond the picture included.
func avgPool2D(op graph.AvgPool2D, in, out tensor.Shape, workers *crew) kernel {
	share := 1 / float64(op.Size*op.Size)
	return kernel{run: func(dst []float32, x [][]float32, _ []float32) {
		pooled(op.Window, in, out, workers, func(result int, inside []int) {
			for ch := range in[3] {
				var sum float64
				for _, at := range inside {
					sum += float64(x[0][at+ch])
				}
				dst[result+ch] = float32(sum * share)
			}
		})
	}}
}

// avgPool2DGrad gives every pixel of a window its share.
func avgPool2DGrad(op graph.AvgPool2DGrad, in, out tensor.Shape, workers *crew) kernel {
	share := 1 / float32(op.Size*op.Size)
	return kernel{run: func(dst []float32, g [][]float32, _ []float32) {
		clear(dst)
		pooled(op.Window, out, in, workers, func(result int, inside []int) {
			for _, at := range inside {
				for ch := range out[3] {
					dst[at+ch] += g[0][result+ch] * share
				}
			}
		})
	}}
}

// maxPool2D is the largest value of each window.
func maxPool2D(op graph.MaxPool2D, in, out tensor.Shape, workers *crew) kernel {
	return kernel{run: func(dst []float32, x [][]float32, _ []float32) {
		pooled(op.Window, in, out, workers, func(result int, inside []int) {
			for ch := range in[3] {
				largest := float32(math.Inf(-1))
				for _, at := range inside {
					largest = max(largest, x[0][at+ch])
				}
				dst[result+ch] = largest
			}
		})
	}}
}

// maxPool2DGrad gives the gradient of a window to the first of its largest values.
func maxPool2DGrad(op graph.MaxPool2DGrad, in []tensor.Shape, workers *crew) kernel {
	x, y := in[0], in[1]
	return kernel{run: func(dst []float32, in [][]float32, _ []float32) {
		clear(dst)
		pooled(op.Window, x, y, workers, func(result int, inside []int) {
			for ch := range x[3] {
				first := inside[0]
				for _, at := range inside {
					if in[0][at+ch] > in[0][first+ch] {
						first = at
					}
				}
				dst[first+ch] += in[1][result+ch]
			}
		})
	}}
}
