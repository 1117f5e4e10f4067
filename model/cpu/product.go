package cpu

// rows describes the two sides of a table of dot products: vector p of the left
// side and vector o of the right side consist of strips of consecutive values.
//
//	left:  x[p·xStep + s·xPitch + k]      s = 0 … strips−1
//	right: w[o·wStep + s·length + k]      k = 0 … length−1
//
// A matrix has one strip. A convolution over a padded NHWC picture has one strip
// for each row of its kernel: KW·I values, consecutive both in the picture and in
// an OHWI weight.
type rows struct {
	strips, length int
	xStep, xPitch  int
	wStep          int
}

// longest is how many products are summed in float32 before the sum is added to
// a float64.
const longest = 256

// product writes dst[p·dstStep + o] = bias[o] + left p · right o for p < n and
// from ≤ o < to. A nil bias is zero.
//
// It goes three vectors by two at a time: six running sums hide the latency of
// the additions, and with the five factors they fit the registers of every
// machine Go compiles for. At an edge the last vector stands in for those past
// it, and the surplus results are dropped.
func product(dst []float32, dstStep int, x, w, bias []float32, r rows, n, from, to int) {
	for o := from; o < to; o += 2 {
		w0 := w[o*r.wStep:]
		w1 := w[min(o+1, to-1)*r.wStep:]
		var b0, b1 float64
		if bias != nil {
			b0, b1 = float64(bias[o]), float64(bias[min(o+1, to-1)])
		}
		for p := 0; p < n; p += 3 {
			x0 := x[p*r.xStep:]
			x1 := x[min(p+1, n-1)*r.xStep:]
			x2 := x[min(p+2, n-1)*r.xStep:]
			s00, s01, s10, s11, s20, s21 := b0, b1, b0, b1, b0, b1
			for s := range r.strips {
				for k := 0; k < r.length; k += longest {
					size := min(longest, r.length-k)
					i, j := s*r.xPitch+k, s*r.length+k
					a00, a01, a10, a11, a20, a21 := dots(
						x0[i:i+size], x1[i:i+size], x2[i:i+size], w0[j:j+size], w1[j:j+size])
					s00, s01 = s00+float64(a00), s01+float64(a01)
					s10, s11 = s10+float64(a10), s11+float64(a11)
					s20, s21 = s20+float64(a20), s21+float64(a21)
				}
			}
			put(dst[p*dstStep+o:], s00, s01, o+1 < to)
			if p+1 < n {
				put(dst[(p+1)*dstStep+o:], s10, s11, o+1 < to)
			}
			if p+2 < n {
				put(dst[(p+2)*dstStep+o:], s20, s21, o+1 < to)
			}
		}
	}
}

// put writes one sum, or both.
func put(dst []float32, first, second float64, both bool) {
	dst[0] = float32(first)
	if both {
		dst[1] = float32(second)
	}
}

// dots returns the six products of three vectors with two, all of one length.
func dots(x0, x1, x2, w0, w1 []float32) (s00, s01, s10, s11, s20, s21 float32) {
	x1, x2, w0, w1 = x1[:len(x0)], x2[:len(x0)], w0[:len(x0)], w1[:len(x0)]
	for k, a := range x0 {
		b, c := x1[k], x2[k]
		w := w0[k]
		s00 += a * w
		s10 += b * w
		s20 += c * w
		w = w1[k]
		s01 += a * w
		s11 += b * w
		s21 += c * w
	}
	return
}
