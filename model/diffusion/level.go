package diffusion

import (
	"fmt"
	"math"
	"sort"
)

// Level is a noise level that a sampler visits, on or between the trained
// timesteps.
type Level struct {
	Time     float64 // what the network is told; −1 is x_0
	AlphaBar float64 // ᾱ, 1 for x_0
}

// Sigma is σ = √((1−ᾱ)/ᾱ), the noise in x_t/√ᾱ_t: the coordinates of Karras et
// al. 2022 (arXiv:2206.00364), in which the samplers of this file's users are
// written.
func (l Level) Sigma() float64 { return math.Sqrt((1 - l.AlphaBar) / l.AlphaBar) }

// T is the trained timestep nearest to the level.
func (l Level) T() int { return int(math.Round(l.Time)) }

// clean is x_0.
func clean() Level { return Level{Time: -1, AlphaBar: 1} }

// Levels are the schedule's entries, the noisiest first and x_0 last.
func (s *Schedule) Levels() []Level {
	out := make([]Level, 0, s.Len()+1)
	for k := s.Len() - 1; k >= 0; k-- {
		out = append(out, Level{float64(s.Timesteps[k]), s.AlphaBar[k]})
	}
	return append(out, clean())
}

// At is the noise level at a time between the first and the last timestep: log σ
// is interpolated linearly, as in k-diffusion's DiscreteSchedule.t_to_sigma. Times
// beyond are those of the ends. s is a trained schedule, not a respaced one.
func (s *Schedule) At(time float64) Level {
	time = max(0, min(float64(s.Len()-1), time))
	low := int(time)
	high := min(low+1, s.Len()-1)
	part := time - float64(low)
	if part == 0 {
		return Level{time, s.AlphaBar[low]}
	}
	return Level{time, alphaBarOf((1-part)*s.logSigma(low) + part*s.logSigma(high))}
}

// AtSigma is the level whose σ is given: the inverse of At. A σ beyond the ends
// is that of the ends.
func (s *Schedule) AtSigma(sigma float64) Level {
	log := math.Log(sigma)
	high := sort.Search(s.Len(), func(k int) bool { return s.logSigma(k) >= log })
	switch {
	case high == 0:
		return s.At(0)
	case high == s.Len():
		return s.At(float64(s.Len() - 1))
	}
	below, above := s.logSigma(high-1), s.logSigma(high)
	part := (log - below) / (above - below)
	return Level{float64(high-1) + part, alphaBarOf(log)}
}

func (s *Schedule) logSigma(k int) float64 {
	return 0.5 * math.Log((1-s.AlphaBar[k])/s.AlphaBar[k])
}

// alphaBarOf is 1/(1 + σ²).
func alphaBarOf(logSigma float64) float64 { return 1 / (1 + math.Exp(2*logSigma)) }

// EvenLevels spreads n levels evenly in time from the last timestep to the first,
// without rounding, and x_0 after them: k-diffusion's get_sigmas. n = 1 is the
// last timestep.
func (s *Schedule) EvenLevels(n int) ([]Level, error) {
	if n < 1 {
		return nil, fmt.Errorf("cannot spread %d noise levels", n)
	}
	var out []Level
	for _, time := range linspace(float64(s.Len()-1), 0, n) {
		out = append(out, s.At(time))
	}
	return append(out, clean()), nil
}

// KarrasLevels spreads n levels between the σ of a time and the smallest so that
// σ^(1/ρ) is even, with ρ = 7, and x_0 after them: Karras et al. 2022, eq. 5. The
// small levels, where details form, get most of the steps.
func (s *Schedule) KarrasLevels(from float64, n int) ([]Level, error) {
	if n < 1 {
		return nil, fmt.Errorf("cannot spread %d noise levels", n)
	}
	const rho = 7
	most := math.Pow(s.At(from).Sigma(), 1./rho)
	least := math.Pow(math.Exp(s.logSigma(0)), 1./rho)
	var out []Level
	for _, root := range linspace(most, least, n) {
		out = append(out, s.AtSigma(math.Pow(root, rho)))
	}
	return append(out, clean()), nil
}
