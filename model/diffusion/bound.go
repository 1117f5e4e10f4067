package diffusion

import "math"

// Bound measures the variational bound on −log p(x_0) of a model, in bits per
// dimension: Sohl-Dickstein et al. 2015; Ho et al. 2020 (arXiv:2006.11239), eq. 5,
//
//	prior + Σ_{k>0} KL(q(x_{k−1}|x_k, x_0) ‖ p(x_{k−1}|x_k)) − log p(x_0|x_1)
//
// in the form of the code of Ho et al. and of Nichol & Dhariwal
// (arXiv:2102.09672), where p(x_0|x_1) is a Gaussian integrated over the 256 steps
// of a byte and Φ is approximated by a tanh.
type Bound struct {
	Schedule        *Schedule // the chain: as trained, or respaced
	Parametrisation Parametrisation
	Variance        Variance
}

// Prior is KL(q(x_T|x_0) ‖ N(0, I)), the mean over the values of x0.
func (b Bound) Prior(x0 []float32) float64 {
	alphaBar := b.Schedule.AlphaBar[b.Schedule.Len()-1]
	signal, logVar := math.Sqrt(alphaBar), math.Log(1-alphaBar)
	var sum float64
	for _, x := range x0 {
		sum += normalKL(signal*float64(x), logVar, 0, 0)
	}
	return bits(sum, len(x0))
}

// Term is the term of entry k: for k = 0 the reconstruction, else a KL divergence.
// xt ~ q(x_k|x_0), out is the network's answer for it. The mean over the values,
// which may be those of several pictures.
func (b Bound) Term(k int, x0, xt []float32, out Output) float64 {
	u := newUpdate(b.Schedule, k, b.Parametrisation)
	ofX0, ofXt := b.Schedule.PosteriorMean(k)
	trueLogVar := FixedSmall.LogVariance(b.Schedule, k)
	logVar := b.Variance.LogVariance(b.Schedule, k)
	u.LogVarMin, u.LogVarMax = logVar, math.Log(b.Schedule.Beta[k])
	var sum float64
	for i := range x0 {
		x, noisy := float64(x0[i]), float64(xt[i])
		if b.Variance == LearnedRange {
			logVar = u.LogVariance(out.Variance[i])
		}
		mean := ofX0*u.x0Hat(xt[i], out.Pred[i]) + ofXt*noisy
		if k == 0 {
			sum -= discretisedLogLikelihood(x, mean, 0.5*logVar)
		} else {
			sum += normalKL(ofX0*x+ofXt*noisy, trueLogVar, mean, logVar)
		}
	}
	return bits(sum, len(x0))
}

// Distortion is the root mean square error of x̂_0 in steps of a byte, 0 … 255:
// Ho et al. 2020, §4.3 and Fig. 5.
func (b Bound) Distortion(k int, x0, xt, pred []float32) float64 {
	u := newUpdate(b.Schedule, k, b.Parametrisation)
	var sum float64
	for i := range x0 {
		d := float64(x0[i]) - u.x0Hat(xt[i], pred[i])
		sum += d * d
	}
	return 127.5 * math.Sqrt(sum/float64(len(x0)))
}

func bits(nats float64, n int) float64 { return nats / float64(n) / math.Ln2 }

// normalKL is KL(N(m1, e^lv1) ‖ N(m2, e^lv2)) in nats.
func normalKL(m1, lv1, m2, lv2 float64) float64 {
	d := m1 - m2
	return 0.5 * (-1 + lv2 - lv1 + math.Exp(lv1-lv2) + d*d*math.Exp(-lv2))
}

// discretisedLogLikelihood is the log of a Gaussian's mass in the byte step of
// x ∈ [−1, 1], whose ends reach to infinity.
func discretisedLogLikelihood(x, mean, logStd float64) float64 {
	const half, least, edge = 1. / 255, 1e-12, 0.999
	inverse := math.Exp(-logStd)
	above := standardCDF(inverse * (x - mean + half))
	below := standardCDF(inverse * (x - mean - half))
	switch {
	case x < -edge:
		return math.Log(max(above, least))
	case x > edge:
		return math.Log(max(1-below, least))
	}
	return math.Log(max(above-below, least))
}

// standardCDF approximates Φ as both reference codes do.
func standardCDF(x float64) float64 {
	return 0.5 * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
}
