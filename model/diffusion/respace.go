package diffusion

import (
	"fmt"
	"math"
)

// FractionalStride picks n of T timesteps, the first and the last included, by
// steps of (T−1)/(n−1) rounded half to even: OpenAI's space_timesteps with one
// section. n = 1 gives timestep 0, as there.
func FractionalStride(T, n int) ([]int, error) {
	if err := checkCount(T, n); err != nil {
		return nil, err
	}
	stride := 1.0
	if n > 1 {
		stride = float64(T-1) / float64(n-1)
	}
	out := make([]int, n)
	at := 0.0
	for i := range out {
		out[i] = int(math.RoundToEven(at))
		at += stride
	}
	return out, nil
}

// Sections divides T timesteps into as many equal parts as there are counts and
// picks counts[k] of part k by fractional stride: OpenAI's space_timesteps, and
// "10,10,3,2,2" of GLIDE's fast27.
func Sections(T int, counts ...int) ([]int, error) {
	if len(counts) == 0 {
		return nil, fmt.Errorf("respacing needs at least one section")
	}
	size, extra := T/len(counts), T%len(counts)
	var out []int
	first := 0
	for k, n := range counts {
		length := size
		if k < extra {
			length++
		}
		part, err := FractionalStride(length, n)
		if err != nil {
			return nil, fmt.Errorf("section %d: %w", k, err)
		}
		for _, t := range part {
			out = append(out, first+t)
		}
		first += length
	}
	return out, nil
}

// IntegerStride picks 0, k, 2k, … with the smallest whole stride k that gives
// exactly n of T timesteps: OpenAI's "ddimN". There is an error where no stride
// does.
func IntegerStride(T, n int) ([]int, error) {
	if err := checkCount(T, n); err != nil {
		return nil, err
	}
	for stride := 1; stride <= T; stride++ {
		if (T+stride-1)/stride == n {
			return every(stride, n), nil
		}
	}
	return nil, fmt.Errorf("no whole stride gives %d of %d timesteps", n, T)
}

// Leading picks 0, k, 2k, … with stride k = ⌊T/n⌋: ermongroup/ddim's "uniform"
// cut to n entries, and diffusers' "leading" with no offset. The last timesteps
// may be left out.
func Leading(T, n int) ([]int, error) {
	if err := checkCount(T, n); err != nil {
		return nil, err
	}
	return every(T/n, n), nil
}

func every(stride, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i * stride
	}
	return out
}

func checkCount(T, n int) error {
	if n < 1 || n > T {
		return fmt.Errorf("cannot pick %d of %d timesteps", n, T)
	}
	return nil
}
