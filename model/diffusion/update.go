package diffusion

import "math"

// Parametrisation is how a sampler reads the network's answer.
type Parametrisation struct {
	Predict Prediction
	Clip    bool // clamp x̂_0 to [−1, 1]; right for pictures, wrong for latents
	// Trained is the schedule of the training; only where the mean is predicted.
	Trained *Schedule
}

// X0 returns the factors a, b of x̂_0 = a·x_t + b·pred at a noise level.
func (p Parametrisation) X0(l Level) (ofXt, ofPred float64) {
	if !p.Predict.ofMean() {
		return p.Predict.X0(l.AlphaBar)
	}
	ofX0, ofMean := p.Trained.PosteriorMean(l.T())
	if p.Predict == PredictPreviousStep {
		return (1 - ofMean) / ofX0, p.Trained.PosteriorStdDev(l.T()) / ofX0
	}
	return -ofMean / ofX0, 1 / ofX0
}

// Update is one sampler step written as its coefficients:
//
//	x̂_0  = X0OfXt·x_t + X0OfPred·pred, clamped to [−1, 1] where Clip
//	prev = OfX0·x̂_0 + OfXt·x_t + OfX0Before·x̂_0(before) + StdDev·z,   z ~ N(0, I)
//
// where x̂_0(before) is that of the step before. Where there is a Correction, prev
// is only where the network is asked a second time. Where Learned, the noise has a
// standard deviation of its own for every value, see [LearnedRange].
//
// The zero value with T = −1 and AlphaBar = 1 stands for x_0, see [Final].
type Update struct {
	T, TPrev               int     // trained timesteps of x_t and of the result, the nearest ones; −1 is x_0
	Time, TimePrev         float64 // the same exactly: what the network is told
	AlphaBar, AlphaBarPrev float64 // ᾱ at T and at TPrev
	Predict                Prediction
	Clip                   bool
	X0OfXt, X0OfPred       float64
	OfX0, OfXt             float64
	OfX0Before             float64     // 0 in methods of one step
	StdDev                 float64     // σ_t, of the noise added; where Learned the least there can be
	Learned                bool        // the network says how much noise is added
	LogVarMin, LogVarMax   float64     // where Learned: log β̃ and log β
	Correction             *Correction // nil in methods of one evaluation
}

// Correction is the second half of a step with two evaluations of the network:
//
//	x̂_0' = X0OfXt·prev + X0OfPred·pred', clamped where the Update's is
//	prev' = OfXt·x_t + OfX0·x̂_0 + OfX0Next·x̂_0'
//
// where pred' is the network's answer for prev at TimePrev.
type Correction struct {
	X0OfXt, X0OfPred     float64
	OfXt, OfX0, OfX0Next float64
}

// Final stands for the end of a trajectory, where x_t is the picture.
func Final() Update {
	return Update{T: -1, TPrev: -1, Time: -1, TimePrev: -1, AlphaBar: 1, AlphaBarPrev: 1}
}

// X0Hat writes x̂_0, clamped where Clip, into dst. xt, pred: the length of dst,
// which may alias either.
func (u Update) X0Hat(dst, xt, pred []float32) {
	for i := range dst {
		dst[i] = float32(u.x0Hat(xt[i], pred[i]))
	}
}

// Eps writes the network's ε̂, as it answered and not re-derived from a clamped
// x̂_0, into dst. xt, pred: the length of dst, which may alias either.
func (u Update) Eps(dst, xt, pred []float32) {
	ofXt, ofPred := u.Predict.Eps(u.AlphaBar)
	if u.Predict.ofMean() {
		signal, noise := math.Sqrt(u.AlphaBar), math.Sqrt(1-u.AlphaBar)
		ofXt, ofPred = (1-signal*u.X0OfXt)/noise, -signal*u.X0OfPred/noise
	}
	Combine(dst, xt, pred, ofXt, ofPred)
}

// Inputs are what a step reads; all have the same length.
type Inputs struct {
	Xt, Pred []float32
	Variance []float32 // the network's; only where Learned
	Before   []float32 // x̂_0 of the step before; only where OfX0Before is not 0
	Z        []float32 // standard normal; only where StdDev is not 0
}

// Apply writes the result of the step, before its Correction, into dst, which has
// the length of the inputs and may alias any.
func (u Update) Apply(dst []float32, in Inputs) {
	for i := range dst {
		prev := u.OfX0*u.x0Hat(in.Xt[i], in.Pred[i]) + u.OfXt*float64(in.Xt[i])
		if u.OfX0Before != 0 {
			prev += u.OfX0Before * float64(in.Before[i])
		}
		switch {
		case u.StdDev == 0:
		case u.Learned:
			prev += math.Exp(0.5*u.LogVariance(in.Variance[i])) * float64(in.Z[i])
		default:
			prev += u.StdDev * float64(in.Z[i])
		}
		dst[i] = float32(prev)
	}
}

// LogVariance is log σ² of a value for which a network with a learned variance
// answers v: log β̃ + (v+1)/2·(log β − log β̃), Nichol & Dhariwal 2021
// (arXiv:2102.09672), eq. 15. v is not clamped, as in their code.
func (u Update) LogVariance(v float32) float64 {
	part := (float64(v) + 1) / 2
	return part*u.LogVarMax + (1-part)*u.LogVarMin
}

// Correct writes the result of a step with a Correction into dst. xt, x0Hat: as
// at the start of the step; prev: what Apply gave; predNext: the network's answer
// for it. All have the length of dst, which may alias any.
func (u Update) Correct(dst, xt, x0Hat, prev, predNext []float32) {
	c := u.Correction
	for i := range dst {
		next := c.X0OfXt*float64(prev[i]) + c.X0OfPred*float64(predNext[i])
		if u.Clip {
			next = max(-1, min(1, next))
		}
		dst[i] = float32(c.OfXt*float64(xt[i]) + c.OfX0*float64(x0Hat[i]) + c.OfX0Next*next)
	}
}

func (u Update) x0Hat(xt, pred float32) float64 {
	x0 := u.X0OfXt*float64(xt) + u.X0OfPred*float64(pred)
	if u.Clip {
		x0 = max(-1, min(1, x0))
	}
	return x0
}

// newUpdate fills in what does not depend on the sampler: entry k of s to the
// entry before it.
func newUpdate(s *Schedule, k int, p Parametrisation) Update {
	u := Update{
		T: s.Timesteps[k], TPrev: -1, Time: float64(s.Timesteps[k]), TimePrev: -1,
		AlphaBar: s.AlphaBar[k], AlphaBarPrev: s.AlphaBarPrev(k),
		Predict: p.Predict, Clip: p.Clip,
	}
	if k > 0 {
		u.TPrev = s.Timesteps[k-1]
		u.TimePrev = float64(u.TPrev)
	}
	u.X0OfXt, u.X0OfPred = p.X0(Level{u.Time, u.AlphaBar})
	return u
}

// updates calls step for every entry of s, the noisiest first.
func updates(s *Schedule, step func(k int) Update) []Update {
	out := make([]Update, s.Len())
	for i := range out {
		out[i] = step(s.Len() - 1 - i)
	}
	return out
}

// Variance names the variances of DDPM's reverse process.
type Variance int

const (
	FixedSmall   Variance = iota // σ² = β̃
	FixedLarge                   // σ² = β
	LearnedRange                 // between the two, by the network: Nichol & Dhariwal 2021, eq. 15
)

// LogVariance is log σ² of entry k; of LearnedRange the smallest. For the first
// entry all give log β̃ of the second, since its own is log 0: Ho et al.'s code.
func (v Variance) LogVariance(s *Schedule, k int) float64 {
	switch {
	case k == 0 && s.Len() == 1:
		return math.Inf(-1)
	case k == 0:
		return math.Log(s.PosteriorVariance(1))
	case v == FixedLarge:
		return math.Log(s.Beta[k])
	}
	return math.Log(s.PosteriorVariance(k))
}

// DDPMUpdates is ancestral sampling: Ho et al. 2020 (arXiv:2006.11239),
// Algorithm 2, in the form of its code, where x̂_0 is clamped before it enters
// the posterior mean of eq. 7. No noise is added in the last step.
func DDPMUpdates(s *Schedule, p Parametrisation, v Variance) []Update {
	return updates(s, func(k int) Update {
		u := newUpdate(s, k, p)
		u.OfX0, u.OfXt = s.PosteriorMean(k)
		if k > 0 {
			u.StdDev = math.Exp(0.5 * v.LogVariance(s, k))
		}
		if v == LearnedRange {
			u.Learned, u.LogVarMin, u.LogVarMax = true, v.LogVariance(s, k), math.Log(s.Beta[k])
		}
		return u
	})
}

// DDIMUpdates is Song et al. 2021 (arXiv:2010.02502), eq. 12 with σ of eq. 16;
// eta = 0 is deterministic, eta = 1 has DDPM's variance. ε is re-derived from
// the clamped x̂_0, as in guided-diffusion. No noise is added in the last step.
func DDIMUpdates(s *Schedule, p Parametrisation, eta float64) []Update {
	return updates(s, func(k int) Update {
		u := newUpdate(s, k, p)
		ab, prev := u.AlphaBar, u.AlphaBarPrev
		u.StdDev = eta * math.Sqrt((1-prev)/(1-ab)) * math.Sqrt(1-ab/prev)
		// √ᾱ_p·x̂_0 + direction·ε with ε = (x_t − √ᾱ·x̂_0)/√(1−ᾱ).
		direction := math.Sqrt(max(0, 1-prev-u.StdDev*u.StdDev))
		u.OfXt = direction / math.Sqrt(1-ab)
		u.OfX0 = math.Sqrt(prev) - u.OfXt*math.Sqrt(ab)
		return u
	})
}
