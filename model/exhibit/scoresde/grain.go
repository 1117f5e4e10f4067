package scoresde

import "math"

// grain is the noise that can be seen in pictures: the root mean square difference of a
// pixel from the mean of its four neighbours, over all pixels that have four. Real
// pictures have some too, at their edges. values: [N, C, h, w].
func grain(values []float32, h, w int) float64 {
	var sum float64
	count := 0
	for first := 0; first < len(values); first += h * w {
		plane := values[first : first+h*w]
		for y := 1; y < h-1; y++ {
			for x := 1; x < w-1; x++ {
				i := y*w + x
				d := float64(plane[i]) - float64(plane[i-1]+plane[i+1]+plane[i-w]+plane[i+w])/4
				sum += d * d
				count++
			}
		}
	}
	return math.Sqrt(sum / float64(max(1, count)))
}
