package sde

import (
	"fmt"
	"math"
)

// Update is one step of a predictor, affine in x and the score:
//
//	mean = OfX·x + OfScore·s(x,t),   x' = mean + StdDev·z,   z ~ N(0, I)
type Update struct{ OfX, OfScore, StdDev float64 }

// Predictor is a method for one step of the reverse SDE: arXiv:2011.13456, §4.1 and
// appendices D, E and F.
type Predictor string

// The predictors, by the names that the command line gives them.
const (
	EulerMaruyama    Predictor = "euler-maruyama"
	ReverseDiffusion Predictor = "reverse-diffusion"
	Ancestral        Predictor = "ancestral"
	NoPredictor      Predictor = "none" // correctors only
)

// Predictors lists them.
var Predictors = []Predictor{EulerMaruyama, ReverseDiffusion, Ancestral, NoPredictor}

// Update is the predictor's step at time t of n. flow is the step of the
// probability-flow ODE in place of that of the reverse SDE. The error says where a
// predictor does not fit an SDE.
func (p Predictor) Update(s SDE, t float64, n int, flow bool) (Update, error) {
	if least := MinSteps(s); n < least && p != EulerMaruyama {
		return Update{}, fmt.Errorf("%d steps of the %s SDE with the %s predictor: it needs at least %d", n, s.Name(), p, least)
	}
	var u Update
	switch p {
	case NoPredictor:
		return Update{OfX: 1}, nil
	case EulerMaruyama:
		drift, diffusion := euler(s, t, n)
		u = Update{1 - drift, diffusion * diffusion, diffusion}
	case ReverseDiffusion:
		drift, diffusion := s.Discretise(t, n)
		u = Update{1 - drift, diffusion * diffusion, diffusion}
	case Ancestral:
		if flow {
			return Update{}, fmt.Errorf("ancestral sampling has no probability flow; use %s or %s", ReverseDiffusion, EulerMaruyama)
		}
		return ancestral(s, t, n)
	default:
		return Update{}, fmt.Errorf("there is no predictor %q; there are %v", string(p), Predictors)
	}
	if flow {
		u.OfScore, u.StdDev = u.OfScore/2, 0
	}
	return u, nil
}

// ancestral is arXiv:2011.13456, appendix F: eq. 47 for VE, and DDPM's sampling, eq. 4,
// for VP.
func ancestral(s SDE, t float64, n int) (Update, error) {
	switch s := s.(type) {
	case VE:
		sigma, below := s.levels(t, n)
		gain := sigma*sigma - below*below
		return Update{1, gain, below * math.Sqrt(gain) / sigma}, nil
	case VP:
		b := s.step(t, n)
		return Update{1 / math.Sqrt(1-b), b / math.Sqrt(1-b), math.Sqrt(b)}, nil
	}
	return Update{}, fmt.Errorf("ancestral sampling is for the VE and VP SDEs, not for %s; use %s or %s", s.Name(), ReverseDiffusion, EulerMaruyama)
}

// apply writes the mean and, where z is not nil, x' into dst. All have the length of x;
// dst and mean may alias x.
func (u Update) apply(dst, mean, x, score, z []float32) {
	for i := range x {
		m := u.OfX * float64(x[i])
		if u.OfScore != 0 {
			m += u.OfScore * float64(score[i])
		}
		mean[i] = float32(m)
		if u.StdDev != 0 {
			m += u.StdDev * float64(z[i])
		}
		dst[i] = float32(m)
	}
}
