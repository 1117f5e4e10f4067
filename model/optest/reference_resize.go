package optest

import (
	"math"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// windows calls f for every window of a pooling and every pixel of x that lies in
// it, in reading order.
func windows(w graph.Window, x, y tensor.Shape, f func(n, row, column, sy, sx, c int)) {
	for n := range y[0] {
		for row := range y[1] {
			for column := range y[2] {
				for sy := range x[1] {
					for sx := range x[2] {
						dy, dx := sy-(row*w.Stride-w.Pad), sx-(column*w.Stride-w.Pad)
						if dy < 0 || dy >= w.Size || dx < 0 || dx >= w.Size {
							continue
						}
						for c := range y[3] {
							f(n, row, column, sy, sx, c)
						}
					}
				}
			}
		}
	}
}

// avgPool2D: the sum of a window over its Size² places.
func avgPool2D(w graph.Window, out, in array) {
	windows(w, in.shape, out.shape, func(n, row, column, sy, sx, c int) {
		*out.at4(n, row, column, c) += *in.at4(n, sy, sx, c) / float64(w.Size*w.Size)
	})
}

// avgPool2DGrad: every pixel's sum of g/Size² over the windows that it is in.
func avgPool2DGrad(w graph.Window, out, g array) {
	windows(w, out.shape, g.shape, func(n, row, column, sy, sx, c int) {
		*out.at4(n, sy, sx, c) += *g.at4(n, row, column, c) / float64(w.Size*w.Size)
	})
}

// maxPool2D: the largest value of a window.
func maxPool2D(w graph.Window, out, in array) {
	for i := range out.data {
		out.data[i] = math.Inf(-1)
	}
	windows(w, in.shape, out.shape, func(n, row, column, sy, sx, c int) {
		y := out.at4(n, row, column, c)
		*y = max(*y, *in.at4(n, sy, sx, c))
	})
}

// maxPool2DGrad: g goes to the first value that equals the window's largest.
func maxPool2DGrad(w graph.Window, out, in, g array) {
	largest := array{g.shape, make([]float64, len(g.data))}
	maxPool2D(w, largest, in)
	given := map[[4]int]bool{}
	windows(w, in.shape, g.shape, func(n, row, column, sy, sx, c int) {
		window := [4]int{n, row, column, c}
		if !given[window] && *in.at4(n, sy, sx, c) == *largest.at4(n, row, column, c) {
			given[window] = true
			*out.at4(n, sy, sx, c) += *g.at4(n, row, column, c)
		}
	})
}

// share is how much place i of out counts for place j of in along an axis.
func share(filter graph.Filter, i, j, in, out int) float64 {
	var at float64
	switch {
	case filter == graph.Nearest:
		if float64(j) == math.Floor(float64(i)*float64(in)/float64(out)) {
			return 1
		}
		return 0
	case filter == graph.Bilinear:
		at = min(float64(in-1), max(0, (float64(2*i+1)*float64(in)/float64(out)-1)/2))
	case out > 1:
		at = float64(i*(in-1)) / float64(out-1)
	}
	return max(0, 1-math.Abs(at-float64(j))) // a hat over every pixel
}

// resize: y[n,i,j,c] = Σ_{p,q} share(i,p)·share(j,q)·x[n,p,q,c].
func resize(filter graph.Filter, out, in array) {
	resized(filter, in.shape, out.shape, func(n, i, j, p, q, c int, weight float64) {
		*out.at4(n, i, j, c) += weight * *in.at4(n, p, q, c)
	})
}

// resizeGrad: dx[n,p,q,c] = Σ_{i,j} share(i,p)·share(j,q)·g[n,i,j,c].
func resizeGrad(filter graph.Filter, out, g array) {
	resized(filter, out.shape, g.shape, func(n, i, j, p, q, c int, weight float64) {
		*out.at4(n, p, q, c) += weight * *g.at4(n, i, j, c)
	})
}

// resized calls f for every pair of values of a picture x and of y, x resized.
func resized(filter graph.Filter, x, y tensor.Shape, f func(n, i, j, p, q, c int, weight float64)) {
	for i := range y[1] {
		for p := range x[1] {
			for j := range y[2] {
				for q := range x[2] {
					weight := share(filter, i, p, x[1], y[1]) * share(filter, j, q, x[2], y[2])
					if weight == 0 {
						continue
					}
					for n := range y[0] {
						for c := range y[3] {
							f(n, i, j, p, q, c, weight)
						}
					}
				}
			}
		}
	}
}
