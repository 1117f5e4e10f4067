package diffusion

import (
	"fmt"
	"math"
)

// Prediction names what a network was trained to predict.
type Prediction int

const (
	PredictEps Prediction = iota // ε, the noise: Ho et al. 2020, eq. 14
	PredictX0                    // x_0, the picture
	PredictV                     // v = √ᾱ·ε − √(1−ᾱ)·x_0: Salimans & Ho 2022 (arXiv:2202.00512), §4
	// PredictPrevious is the mean of q(x_{t−1}|x_t, x_0): Ho et al. 2020, eq. 8. It
	// depends on β_t, not on ᾱ_t alone: [Parametrisation] reads it, and the methods
	// here answer NaN.
	PredictPrevious
	// PredictPreviousStep is that mean told as the way to it, (μ̃ − x_t)/σ̃_t with the
	// posterior's standard deviation σ̃_t: the squared error is the bound's own term
	// (eq. 8), and a network need not repeat x_t. As PredictPrevious otherwise.
	PredictPreviousStep
)

// PredictionByName reads diffusers' prediction_type, "previous" or "previous_step"; ""
// is its default, epsilon.
func PredictionByName(name string) (Prediction, error) {
	switch name {
	case "", "epsilon":
		return PredictEps, nil
	case "sample":
		return PredictX0, nil
	case "v_prediction":
		return PredictV, nil
	case "previous":
		return PredictPrevious, nil
	case "previous_step":
		return PredictPreviousStep, nil
	}
	return 0, fmt.Errorf("prediction_type %q is not one of epsilon, sample, v_prediction, previous, previous_step", name)
}

// String is diffusers' name, or "previous" and "previous_step", for which it has none.
func (p Prediction) String() string {
	switch p {
	case PredictX0:
		return "sample"
	case PredictV:
		return "v_prediction"
	case PredictPrevious:
		return "previous"
	case PredictPreviousStep:
		return "previous_step"
	}
	return "epsilon"
}

// ofMean says that the answer tells the mean of q(x_{t−1}|x_t, x_0).
func (p Prediction) ofMean() bool { return p == PredictPrevious || p == PredictPreviousStep }

// X0 returns the factors a, b of x̂_0 = a·x_t + b·pred at a noise level ᾱ.
func (p Prediction) X0(alphaBar float64) (ofXt, ofPred float64) {
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	switch p {
	case PredictX0:
		return 0, 1
	case PredictV:
		return signal, -noise
	case PredictPrevious, PredictPreviousStep:
		return math.NaN(), math.NaN()
	}
	return math.Sqrt(1 / alphaBar), -math.Sqrt(1/alphaBar - 1)
}

// Eps returns the factors a, b of ε̂ = a·x_t + b·pred at a noise level ᾱ < 1.
func (p Prediction) Eps(alphaBar float64) (ofXt, ofPred float64) {
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	switch p {
	case PredictX0:
		return 1 / noise, -signal / noise
	case PredictV:
		return noise, signal
	case PredictPrevious, PredictPreviousStep:
		return math.NaN(), math.NaN()
	}
	return 0, 1
}

// V returns the factors a, b of v̂ = a·x_t + b·pred at a noise level ᾱ < 1.
func (p Prediction) V(alphaBar float64) (ofXt, ofPred float64) {
	signal, noise := math.Sqrt(alphaBar), math.Sqrt(1-alphaBar)
	switch p {
	case PredictX0:
		return signal / noise, -1 / noise
	case PredictV:
		return 0, 1
	case PredictPrevious, PredictPreviousStep:
		return math.NaN(), math.NaN()
	}
	return -noise / signal, 1 / signal
}

// Score returns the factors a, b of ∇log q(x_t) = −ε̂/√(1−ᾱ) = a·x_t + b·pred at
// a noise level ᾱ < 1: Song et al. 2021 (arXiv:2011.13456), §3.
func (p Prediction) Score(alphaBar float64) (ofXt, ofPred float64) {
	a, b := p.Eps(alphaBar)
	noise := math.Sqrt(1 - alphaBar)
	return -a / noise, -b / noise
}

// Combine writes ofX·x + ofPred·pred into dst. All have the same length; dst may
// alias either.
func Combine(dst, x, pred []float32, ofX, ofPred float64) {
	for i := range dst {
		dst[i] = float32(ofX*float64(x[i]) + ofPred*float64(pred[i]))
	}
}

// QSample writes x_t ~ q(x_t|x_0) into dst: √ᾱ·x_0 + √(1−ᾱ)·ε, Ho et al. 2020,
// eq. 4. All have the same length; dst may alias either.
func QSample(dst, x0, eps []float32, alphaBar float64) {
	Combine(dst, x0, eps, math.Sqrt(alphaBar), math.Sqrt(1-alphaBar))
}
