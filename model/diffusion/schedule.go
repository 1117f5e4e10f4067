package diffusion

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Schedule says how much noise each timestep adds. Its entries are the steps of
// a Markov chain from x_0 to noise: all T trained ones, or after [Schedule.Respace]
// a few of them.
type Schedule struct {
	// Timesteps[i] is the trained timestep of entry i, increasing. It is what
	// the network is told.
	Timesteps []int
	// Beta[i] is the variance that entry i adds.
	Beta []float64
	// AlphaBar[i] is ∏(1 − Beta[0…i]): alphas_cumprod in diffusers.
	AlphaBar []float64
}

// MaxTimesteps is the longest schedule there is: T may come from an untrusted file.
const MaxTimesteps = 1 << 20

// ScheduleNames lists the names that [ScheduleByName] knows.
var ScheduleNames = []string{"linear", "cosine", "scaled_linear"}

// ScheduleByName returns the named schedule with its published constants. As in
// OpenAI's code those of the linear ones are scaled by 1000/T, so that the noise
// at the end hardly depends on T. The error lists the names there are.
func ScheduleByName(name string, T int) (*Schedule, error) {
	scale := 1000 / float64(T)
	switch name {
	case "linear":
		return Linear(T, scale*1e-4, scale*0.02)
	case "cosine":
		return Cosine(T)
	case "scaled_linear":
		return ScaledLinear(T, scale*0.00085, scale*0.012)
	}
	return nil, fmt.Errorf("there is no schedule %q; the names are %s", name, strings.Join(ScheduleNames, ", "))
}

// Linear spaces β evenly from betaStart to betaEnd: Ho et al. 2020
// (arXiv:2006.11239), §4, with 1e-4 and 0.02 for T = 1000.
func Linear(T int, betaStart, betaEnd float64) (*Schedule, error) {
	if err := checkT(T); err != nil {
		return nil, err
	}
	return FromBetas(linspace(betaStart, betaEnd, T))
}

// ScaledLinear spaces √β evenly: Rombach et al. 2022 (arXiv:2112.10752), with
// 0.00085 and 0.012 in Stable Diffusion. diffusers calls it scaled_linear, the
// authors' code "linear".
func ScaledLinear(T int, betaStart, betaEnd float64) (*Schedule, error) {
	if err := checkT(T); err != nil {
		return nil, err
	}
	betas := linspace(math.Sqrt(betaStart), math.Sqrt(betaEnd), T)
	for i, root := range betas {
		betas[i] = root * root
	}
	return FromBetas(betas)
}

// Cosine lets ᾱ fall as cos²: Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17,
// with s = 0.008 and β at most 0.999. diffusers calls it squaredcos_cap_v2.
func Cosine(T int) (*Schedule, error) {
	if err := checkT(T); err != nil {
		return nil, err
	}
	const offset, maxBeta = 0.008, 0.999
	f := func(t int) float64 {
		c := math.Cos((float64(t)/float64(T) + offset) / (1 + offset) * math.Pi / 2)
		return c * c
	}
	betas := make([]float64, T)
	for t := range betas {
		betas[t] = min(1-f(t+1)/f(t), maxBeta)
	}
	return FromBetas(betas)
}

// FromBetas returns the schedule with these variances, which must lie strictly
// between 0 and 1. It takes the slice.
func FromBetas(betas []float64) (*Schedule, error) {
	if err := checkT(len(betas)); err != nil {
		return nil, err
	}
	s := &Schedule{
		Timesteps: make([]int, len(betas)),
		Beta:      betas,
		AlphaBar:  make([]float64, len(betas)),
	}
	alphaBar := 1.0
	for t, beta := range betas {
		if !(beta > 0 && beta < 1) {
			return nil, fmt.Errorf("β at t = %d is %.6g; it must lie between 0 and 1", t, beta)
		}
		alphaBar *= 1 - beta
		s.Timesteps[t] = t
		s.AlphaBar[t] = alphaBar
	}
	return s, nil
}

func checkT(T int) error {
	if T < 1 || T > MaxTimesteps {
		return fmt.Errorf("a schedule has 1 to %d timesteps, not %d", MaxTimesteps, T)
	}
	return nil
}

// Len is the number of entries.
func (s *Schedule) Len() int { return len(s.Timesteps) }

// AlphaBarPrev is ᾱ of the entry before i, and 1 for the first.
func (s *Schedule) AlphaBarPrev(i int) float64 {
	if i == 0 {
		return 1
	}
	return s.AlphaBar[i-1]
}

// SNR is the signal-to-noise ratio ᾱ/(1 − ᾱ) of entry i.
func (s *Schedule) SNR(i int) float64 { return s.AlphaBar[i] / (1 - s.AlphaBar[i]) }

// PosteriorVariance is β̃_i, the variance of q(x_{t−1}|x_t, x_0): Ho et al. 2020,
// eq. 7. It is 0 for the first entry.
func (s *Schedule) PosteriorVariance(i int) float64 {
	return s.Beta[i] * (1 - s.AlphaBarPrev(i)) / (1 - s.AlphaBar[i])
}

// PosteriorStdDev is √β̃_i, and that of the second entry for the first, where β̃ is 0
// (the clipped log variance of the code of Ho et al. 2020).
func (s *Schedule) PosteriorStdDev(i int) float64 {
	return math.Sqrt(s.PosteriorVariance(max(i, 1)))
}

// PosteriorMean returns the factors of x_0 and x_t in the mean of
// q(x_{t−1}|x_t, x_0): Ho et al. 2020, eq. 7.
func (s *Schedule) PosteriorMean(i int) (ofX0, ofXt float64) {
	prev := s.AlphaBarPrev(i)
	ofX0 = s.Beta[i] * math.Sqrt(prev) / (1 - s.AlphaBar[i])
	ofXt = math.Sqrt(1-s.Beta[i]) * (1 - prev) / (1 - s.AlphaBar[i])
	return ofX0, ofXt
}

// Respace returns the chain that visits only the given trained timesteps, in any
// order: β becomes 1 − ᾱ_i/ᾱ_prev (Nichol & Dhariwal 2021, §4, eq. 19). The
// network still gets the trained timestep.
func (s *Schedule) Respace(timesteps []int) (*Schedule, error) {
	if len(timesteps) == 0 {
		return nil, fmt.Errorf("respacing needs at least one timestep")
	}
	sorted := slices.Sorted(slices.Values(timesteps))
	out := &Schedule{Timesteps: sorted}
	prev := 1.0
	for i, t := range sorted {
		at, found := slices.BinarySearch(s.Timesteps, t)
		if !found {
			return nil, fmt.Errorf("timestep %d is not in the schedule, which has %d up to %d", t, s.Len(), s.Timesteps[s.Len()-1])
		}
		if i > 0 && t == sorted[i-1] {
			return nil, fmt.Errorf("timestep %d appears twice", t)
		}
		out.Beta = append(out.Beta, 1-s.AlphaBar[at]/prev)
		out.AlphaBar = append(out.AlphaBar, s.AlphaBar[at])
		prev = s.AlphaBar[at]
	}
	return out, nil
}

// linspace is NumPy's: n values from start to stop, both included.
func linspace(start, stop float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = start
		if n > 1 {
			out[i] = start + float64(i)*((stop-start)/float64(n-1))
		}
	}
	if n > 1 {
		out[n-1] = stop
	}
	return out
}
