package langevin

import (
	"fmt"
	"math"
)

// Geometric are n noise levels from first down to last, each the same part of the one
// before: NCSN, §4.1. n = 1 is last alone.
func Geometric(first, last float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		part := 1.
		if n > 1 {
			part = float64(i) / float64(n-1)
		}
		out[i] = math.Exp((1-part)*math.Log(first) + part*math.Log(last))
	}
	return out
}

// Every are the numbers of n of all levels, evenly spread, the first and the last among
// them; n = 1 is the last.
func Every(all, n int) []int {
	n = min(n, all)
	if n == 1 {
		return []int{all - 1}
	}
	out := make([]int, n)
	for i := range out {
		out[i] = int(math.Round(float64(i) * float64(all-1) / float64(n-1)))
	}
	return out
}

func checkLevels(sigmas []float64) error {
	if len(sigmas) == 0 {
		return fmt.Errorf("there are no noise levels; there must be at least one")
	}
	for i, v := range sigmas {
		if !(v > 0) || math.IsInf(v, 0) || i > 0 && v >= sigmas[i-1] {
			return fmt.Errorf("noise level %d is %g: levels must be above 0 and fall", i, v)
		}
	}
	return nil
}
