package diffusion

import "math"

// EulerMaruyamaUpdates solves the reverse-time SDE of the variance-preserving process,
//
//	dx = −½β(t)·x dt + √β(t) dw   forward,
//	dx = −½β(t)·(x + 2·∇log q_t(x)) dt + √β(t) dw̄   backward,
//
// by the steps of Euler and Maruyama: Song et al. 2021 (arXiv:2011.13456), eq. 6, 11
// and 25, and appendix B for β(t). Levels are the noisiest first; h, the integral of
// β(t) between two of them, is log(ᾱ'/ᾱ). No noise is added in the last step, as in
// their code's denoising one. The method is of first order for what is expected of the
// samples, and unlike [DDIMUpdates] it is not exact where x̂_0 is constant: with few
// steps, or where h is above 1, it is far off.
func EulerMaruyamaUpdates(levels []Level, p Parametrisation) []Update {
	return between(levels, p, func(u *Update, from, to Level) {
		h := math.Log(to.AlphaBar / from.AlphaBar)
		// The score is −(x_t − √ᾱ·x̂_0)/(1 − ᾱ).
		pull := h / (1 - from.AlphaBar)
		u.OfXt = 1 + h/2 - pull
		u.OfX0 = pull * math.Sqrt(from.AlphaBar)
		if to.AlphaBar < 1 {
			u.StdDev = math.Sqrt(h)
		}
	})
}
