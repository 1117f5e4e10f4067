// Package energy tells how far two sets of pictures are apart, from few of them and
// without a network: the energy distance of their coarse features.
package energy

import (
	"fmt"
	"math"
)

// Distance is the energy distance of two samples of vectors,
//
//	2·E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖
//
// where X, X′ are drawn from the first and Y, Y′ from the second: Székely & Rizzo
// 2013, Energy statistics. It is 0 only where both have the same distribution. The
// estimate is unbiased (a vector is not compared with itself), so it may come out
// below 0. standardError is that of the choice of x, by the jackknife.
//
// x, y: vectors of dim values each, three and two of them at least; it panics
// otherwise.
func Distance(x, y []float32, dim int) (distance, standardError float64) {
	n, m := len(x)/dim, len(y)/dim
	if n < 3 || m < 2 || len(x)%dim != 0 || len(y)%dim != 0 {
		panic(fmt.Sprintf("energy: %d and %d values are not three and two vectors of %d or more", len(x), len(y), dim))
	}
	toY := make([]float64, n)    // ∑ over y
	within := make([]float64, n) // ∑ over the other x
	var crossed, inX, inY float64
	for i := range n {
		for j := range m {
			toY[i] += norm(x, i, y, j, dim)
		}
		for j := range n {
			within[i] += norm(x, i, x, j, dim)
		}
		crossed, inX = crossed+toY[i], inX+within[i]
	}
	for i := range m {
		for j := range m {
			inY += norm(y, i, y, j, dim)
		}
	}
	inY /= float64(m * (m - 1))
	of := func(n int, crossed, inX float64) float64 {
		return 2*crossed/float64(n*m) - inX/float64(n*(n-1)) - inY
	}
	distance = of(n, crossed, inX)
	var mean, square float64
	for i := range n {
		without := of(n-1, crossed-toY[i], inX-2*within[i])
		mean += without / float64(n)
		square += without * without / float64(n)
	}
	return distance, math.Sqrt(max(0, square-mean*mean) * float64(n-1))
}

// norm is ‖a_i − b_j‖.
func norm(a []float32, i int, b []float32, j, dim int) float64 {
	var sum float64
	for k := range dim {
		d := float64(a[i*dim+k]) - float64(b[j*dim+k])
		sum += d * d
	}
	return math.Sqrt(sum)
}

// Pool averages squares of size × size pixels of N pictures of C·H·W values, NCHW:
// the coarse features that Distance is to compare. It panics where the squares do not
// cover the pictures.
func Pool(pictures []float32, h, w, size int) []float32 {
	if h%size != 0 || w%size != 0 || len(pictures)%(h*w) != 0 {
		panic(fmt.Sprintf("energy: squares of %d pixels in %d values of %d×%d", size, len(pictures), h, w))
	}
	outH, outW := h/size, w/size
	out := make([]float32, len(pictures)/(size*size))
	for i := range out {
		plane, y, x := i/(outH*outW), i/outW%outH, i%outW
		var sum float64
		for dy := range size {
			for dx := range size {
				sum += float64(pictures[(plane*h+y*size+dy)*w+x*size+dx])
			}
		}
		out[i] = float32(sum / float64(size*size))
	}
	return out
}
