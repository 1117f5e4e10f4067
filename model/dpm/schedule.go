package dpm

import (
	"fmt"
	"math"

	"unnoise/model/diffusion"
)

// Betas is the code's schedule (model.py, generate_beta_arr): 1/linspace(T, 2, T),
// which destroys a constant share of the data at every step, pressed into
// [1e-6, 1 − 1e-5], and first more at the first step, the least noise of the model.
func Betas(steps int, first float64) ([]float64, error) {
	if steps < 2 || steps > diffusion.MaxTimesteps {
		return nil, fmt.Errorf("a chain has 2 to %d steps, not %d", diffusion.MaxTimesteps, steps)
	}
	betas := make([]float64, steps)
	for t := range betas {
		least := 1e-6
		if t == 0 {
			least += first
		}
		base := 1 / (float64(steps) + float64(t)*(2-float64(steps))/float64(steps-1))
		betas[t] = least + base*(1-least-1e-5)
	}
	return betas, nil
}

// BinomialBetas is β_t = 1/(T − t + 1), t = 1 … T: the share of the data that is left
// falls evenly, from 1 to 0 (§2.4.1 of the paper).
func BinomialBetas(steps int) ([]float64, error) {
	if steps < 2 || steps > diffusion.MaxTimesteps {
		return nil, fmt.Errorf("a chain has 2 to %d steps, not %d", diffusion.MaxTimesteps, steps)
	}
	betas := make([]float64, steps)
	for t := range betas {
		betas[t] = 1 / float64(steps-t)
	}
	return betas, nil
}

// Faster is a schedule whose noise comes factor times as fast: log(1 − β) is
// multiplied by it, so that every β stays below 1.
func Faster(betas []float64, factor float64) []float64 {
	out := make([]float64, len(betas))
	for t, beta := range betas {
		out[t] = -math.Expm1(factor * math.Log1p(-beta))
	}
	return out
}

func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
