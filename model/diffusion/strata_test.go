package diffusion

import (
	"math"
	"testing"

	"unnoise/model/rng"
)

func TestStrataCoverEveryEntryOnce(t *testing.T) {
	for _, T := range []int{1, 2, 3, 10, 999, 1000} {
		for n := 1; n <= T; n += 1 + n/7 {
			strata, err := Strata(T, n, rng.New(1).Float64)
			if err != nil {
				t.Fatal(err)
			}
			next := 0
			for _, s := range strata {
				if s.First != next || s.End <= s.First || s.At < s.First || s.At >= s.End {
					t.Fatalf("T = %d, n = %d: stratum %+v after %d", T, n, s, next)
				}
				next = s.End
			}
			if next != T || len(strata) != n || n > 1 && strata[0].End != 1 {
				t.Fatalf("T = %d, n = %d: %d strata up to %d, the first up to %d", T, n, len(strata), next, strata[0].End)
			}
		}
	}
	if _, err := Strata(5, 6, rng.New(1).Float64); err == nil {
		t.Error("6 strata of 5 entries")
	}
}

// TestSumStrata estimates a sum of terms that fall as those of a bound do: the mean
// of many estimates is the sum, and their spread is no larger than the standard
// errors say.
func TestSumStrata(t *testing.T) {
	const T, n, draws = 1000, 25, 400
	term := func(k int) float64 { return 1 / (1 + float64(k)) }
	var truth float64
	for k := range T {
		truth += term(k)
	}
	g := rng.New(2)
	var mean, square, claimed float64
	for range draws {
		strata, err := Strata(T, n, g.Float64)
		if err != nil {
			t.Fatal(err)
		}
		terms := make([]float64, n)
		for j, s := range strata {
			terms[j] = term(s.At)
		}
		sum, se := SumStrata(strata, terms)
		mean += sum / draws
		square += (sum - truth) * (sum - truth) / draws
		claimed += se * se / draws
	}
	spread := math.Sqrt(square)
	if math.Abs(mean-truth) > 4*spread/math.Sqrt(draws) {
		t.Errorf("the mean of the estimates is %g, the sum %g (spread %g)", mean, truth, spread)
	}
	if spread == 0 || spread > math.Sqrt(claimed) || spread < 0.2*math.Sqrt(claimed) {
		t.Errorf("the estimates spread by %g, the standard error is %g", spread, math.Sqrt(claimed))
	}
	whole, _ := Strata(T, T, g.Float64)
	terms := make([]float64, T)
	for j := range whole {
		terms[j] = term(j)
	}
	if sum, se := SumStrata(whole, terms); math.Abs(sum-truth) > 1e-12 || se != 0 {
		t.Errorf("all terms: %g ± %g, expected %g ± 0", sum, se, truth)
	}
}
