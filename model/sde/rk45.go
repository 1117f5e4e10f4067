package sde

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// RK45 is the explicit Runge–Kutta pair of order 5(4) of Dormand & Prince ("A family of
// embedded Runge-Kutta formulae", 1980) with local extrapolation. Its first step and its
// step control are those of SciPy's solve_ivp(method="RK45"), which the code calls: Hairer,
// Nørsett & Wanner, "Solving Ordinary Differential Equations I", §II.4.
type RK45 struct {
	// Field writes dy/dt at (t, y) into dst. An error ends the solution and is returned.
	Field func(ctx context.Context, t float64, y, dst []float64) error
	// RelTol and AbsTol hold the error of a step below AbsTol + RelTol·|y|, in the root
	// mean square over all values. RelTol is at least LeastTolerance.
	RelTol, AbsTol float64
}

// LeastTolerance is the smallest relative tolerance, SciPy's: 100 times the spacing of
// numbers at 1.
const LeastTolerance = 100 * 0x1p-52

// ODEState is a moment of a solution, from which it can go on. Its slices belong to the
// solver between calls.
type ODEState struct {
	T    float64
	Y    []float64
	Rate []float64 // dy/dt there; nil at the start
	Step float64   // size of the next step, without sign; 0 at the start
	// NFE is how often Field was called; Accepted and Rejected count steps.
	NFE, Accepted, Rejected int
}

// StateOf is the start of a solution at values, at time t.
func StateOf(values []float32, t float64) ODEState { return ODEState{T: t, Y: wide(values)} }

// Values are the solution's there.
func (s ODEState) Values() []float32 { return narrow(s.Y) }

// Clone is a copy to keep.
func (s ODEState) Clone() ODEState {
	s.Y = append([]float64(nil), s.Y...)
	if s.Rate != nil {
		s.Rate = append([]float64(nil), s.Rate...)
	}
	return s
}

// ODEStep is an accepted step with the solution within it.
type ODEStep struct {
	From float64 // t before the step
	ODEState
	old    []float64
	stages [][]float64
}

// Coefficients of the pair: nodes, stages and weights; the weights of the error, which are
// those of order 5 less those of order 4; and the polynomials of the solution within a
// step, of order 4 (Shampine 1986, "Some practical Runge-Kutta formulas").
var (
	nodes  = [6]float64{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1}
	stages = [6][5]float64{
		{},
		{1. / 5},
		{3. / 40, 9. / 40},
		{44. / 45, -56. / 15, 32. / 9},
		{19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
		{9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
	}
	weights    = [6]float64{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}
	errorParts = [7]float64{-71. / 57600, 0, 71. / 16695, -71. / 1920, 17253. / 339200, -22. / 525, 1. / 40}
	within     = [7][4]float64{
		{1, -8048581381. / 2820520608, 8663915743. / 2820520608, -12715105075. / 11282082432},
		{},
		{0, 131558114200. / 32700410799, -68118460800. / 10900136933, 87487479700. / 32700410799},
		{0, -1754552775. / 470086768, 14199869525. / 1410260304, -10690763975. / 1880347072},
		{0, 127303824393. / 49829197408, -318862633887. / 49829197408, 701980252875. / 199316789632},
		{0, -282668133. / 205662961, 2019193451. / 616988883, -1453857185. / 822651844},
		{0, 40617522. / 29380423, -110615467. / 29380423, 69997945. / 29380423},
	}
)

// Bounds of the step control.
const (
	safety        = .9
	leastFactor   = .2
	mostFactor    = 10
	errorExponent = -1. / 5
)

// errTooSmall says that the tolerance cannot be met.
var errTooSmall = errors.New("the step size became smaller than the spacing of numbers; the tolerance cannot be met")

// Solve goes from start to time end, which may lie before it, and yields every accepted
// step, whose slices may be overwritten after yield has returned. An error of yield ends
// the solution and is returned; so is ctx's. A solution goes on where it ended when start is
// a step's ODEState.
func (r RK45) Solve(ctx context.Context, start ODEState, end float64, yield func(*ODEStep) error) (ODEState, error) {
	if !(r.RelTol >= LeastTolerance) || !(r.AbsTol > 0) {
		return ODEState{}, fmt.Errorf("a relative tolerance of %g and an absolute of %g; they must be above 0, the relative at least 2.2e-14", r.RelTol, r.AbsTol)
	}
	s := solving{RK45: r, ODEState: start.Clone(), end: end, direction: 1}
	if end < s.T {
		s.direction = -1
	}
	s.next, s.old = make([]float64, len(s.Y)), make([]float64, len(s.Y))
	for range 7 {
		s.stages = append(s.stages, make([]float64, len(s.Y)))
	}
	if s.Rate == nil {
		if err := s.begin(ctx); err != nil {
			return s.ODEState, err
		}
	}
	for s.T != end {
		from := s.T
		if err := s.step(ctx); err != nil {
			return s.ODEState, err
		}
		step := &ODEStep{From: from, ODEState: s.ODEState, old: s.old, stages: s.stages}
		if err := yield(step); err != nil {
			return s.ODEState, err
		}
	}
	return s.ODEState, nil
}

// solving is the state between two steps.
type solving struct {
	RK45
	ODEState
	end, direction float64
	next, old      []float64
	stages         [][]float64
}

func (s *solving) rate(ctx context.Context, t float64, y, dst []float64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.NFE++
	return s.Field(ctx, t, y, dst)
}

// begin finds the first step: Hairer et al., §II.4, "Starting step size".
func (s *solving) begin(ctx context.Context) error {
	s.Rate = make([]float64, len(s.Y))
	if err := s.rate(ctx, s.T, s.Y, s.Rate); err != nil {
		return err
	}
	interval := math.Abs(s.end - s.T)
	if interval == 0 || len(s.Y) == 0 {
		return nil
	}
	scale := func(i int) float64 { return s.AbsTol + math.Abs(s.Y[i])*s.RelTol }
	d0 := norm(len(s.Y), func(i int) float64 { return s.Y[i] / scale(i) })
	d1 := norm(len(s.Y), func(i int) float64 { return s.Rate[i] / scale(i) })
	h0 := 1e-6
	if d0 >= 1e-5 && d1 >= 1e-5 {
		h0 = .01 * d0 / d1
	}
	h0 = min(h0, interval)
	for i, y := range s.Y {
		s.next[i] = y + h0*s.direction*s.Rate[i]
	}
	if err := s.rate(ctx, s.T+h0*s.direction, s.next, s.old); err != nil {
		return err
	}
	d2 := norm(len(s.Y), func(i int) float64 { return (s.old[i] - s.Rate[i]) / scale(i) }) / h0
	h1 := max(1e-6, h0*1e-3)
	if d1 > 1e-15 || d2 > 1e-15 {
		h1 = math.Pow(.01/max(d1, d2), -errorExponent)
	}
	s.Step = min(100*h0, h1, interval)
	return nil
}

// norm is the root mean square of n values.
func norm(n int, value func(i int) float64) float64 {
	var square float64
	for i := range n {
		v := value(i)
		square += v * v
	}
	return math.Sqrt(square / float64(n))
}

// step takes the next step that is accepted.
func (s *solving) step(ctx context.Context) error {
	least := 10 * math.Abs(math.Nextafter(s.T, s.direction*math.Inf(1))-s.T)
	size := max(s.Step, least)
	rejected := false
	for {
		if !(size >= least) { // NaN too
			return fmt.Errorf("at t = %.4g: %w", s.T, errTooSmall)
		}
		t := s.T + size*s.direction
		if s.direction*(t-s.end) > 0 {
			t = s.end
		}
		h := t - s.T
		size = math.Abs(h)
		if err := s.attempt(ctx, h, t); err != nil {
			return err
		}
		e := s.error(h)
		if e < 1 {
			factor := float64(mostFactor)
			if e > 0 {
				factor = min(mostFactor, safety*math.Pow(e, errorExponent))
			}
			if rejected {
				factor = min(1, factor)
			}
			s.old, s.Y, s.next = s.Y, s.next, s.old
			copy(s.Rate, s.stages[6])
			s.T, s.Step = t, size*factor
			s.Accepted++
			return nil
		}
		size *= max(leastFactor, safety*math.Pow(e, errorExponent))
		rejected = true
		s.Rejected++
	}
}

// attempt writes y at t, a step of h further, into next, and the stages.
func (s *solving) attempt(ctx context.Context, h, t float64) error {
	copy(s.stages[0], s.Rate)
	for k := 1; k < 6; k++ {
		s.combine(h, stages[k][:k])
		if err := s.rate(ctx, s.T+nodes[k]*h, s.next, s.stages[k]); err != nil {
			return err
		}
	}
	s.combine(h, weights[:])
	return s.rate(ctx, t, s.next, s.stages[6])
}

// combine writes y + h·Σ factor·stage into next.
func (s *solving) combine(h float64, factors []float64) {
	for i, y := range s.Y {
		var sum float64
		for k, factor := range factors {
			sum += factor * s.stages[k][i]
		}
		s.next[i] = y + h*sum
	}
}

// error is the step's error in units of the tolerance.
func (s *solving) error(h float64) float64 {
	return norm(len(s.Y), func(i int) float64 {
		var sum float64
		for k, part := range errorParts {
			sum += part * s.stages[k][i]
		}
		return sum * h / (s.AbsTol + s.RelTol*max(math.Abs(s.Y[i]), math.Abs(s.next[i])))
	})
}

// At writes the solution at a time within the step into dst, to order 4.
func (s *ODEStep) At(t float64, dst []float64) {
	h := s.T - s.From
	x := (t - s.From) / h
	var factors [7]float64
	for k, p := range within {
		factors[k] = h * x * (p[0] + x*(p[1]+x*(p[2]+x*p[3])))
	}
	for i, y := range s.old {
		for k, factor := range factors {
			y += factor * s.stages[k][i]
		}
		dst[i] = y
	}
}

// Visit returns a yield that calls at with the solution at each of the times, which lie in
// the order of the solution, as soon as it has come there; y may be overwritten after. It
// is made anew for a solution that goes on.
func Visit(times []float64, at func(i int, t float64, y []float64) error) func(*ODEStep) error {
	i := 0
	var y []float64
	return func(s *ODEStep) error {
		backward := s.T < s.From
		for ; i < len(times); i++ {
			t := times[i]
			if backward && t < s.T || !backward && t > s.T {
				return nil
			}
			if y == nil {
				y = make([]float64, len(s.Y))
			}
			s.At(t, y)
			if t == s.T {
				copy(y, s.Y)
			}
			if err := at(i, t, y); err != nil {
				return err
			}
		}
		return nil
	}
}
