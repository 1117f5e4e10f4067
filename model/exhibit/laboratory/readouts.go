package laboratory

import (
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
)

// readouts are the numbers of a moment.
func (r *exact) readouts(l diffusion.Level, sde, ode []float32, back bool) []exhibit.Readout {
	out := []exhibit.Readout{
		{ID: "time", Name: "t", Value: moment(l), Tip: "How far the noising has come, of 1000. The networks of the other exhibits count from 0: t − 1."},
		{ID: "alpha-bar", Name: "ᾱ", Value: l.AlphaBar, Tip: "The share of the data’s variance that is left in xₜ."},
		{ID: "sigma", Name: "σ", Value: l.Sigma(), Tip: "The noise in proportion to what is left of the data."},
	}
	if !back {
		return append(out, exhibit.Readout{ID: "floor", Name: "Distance of the noised data", Value: last(r.floor),
			Tip: "Energy distance of the noised points to others noised alike: chance alone, a little above or below 0."})
	}
	out = append(out,
		exhibit.Readout{ID: "sde-distance", Name: "Distance, SDE", Value: last(r.ofSDE), Tip: "Energy distance of its particles to the exact distribution at this noise level."},
		exhibit.Readout{ID: "ode-distance", Name: "Distance, ODE", Value: last(r.ofODE), Tip: "The same of the ODE’s."},
		exhibit.Readout{ID: "apart", Name: "SDE from ODE", Value: apart(sde, ode), Tip: "Mean distance between the two particles that started together."})
	if l.AlphaBar < 1 {
		return out
	}
	for _, side := range []struct {
		id, name string
		points   []float32
	}{{"sde", "SDE", sde}, {"ode", "ODE", ode}} {
		c := r.data.Cover(side.points)
		out = append(out, exhibit.Readout{ID: side.id + "-near", Name: "To the data, " + side.name, Value: c.Distance,
			Tip: "Mean distance of a particle to the nearest middle of the data’s Gaussians."})
		if r.data.modes > 0 {
			out = append(out, exhibit.Readout{ID: side.id + "-modes", Name: "Modes, " + side.name, Value: c.Modes, Unit: fmt.Sprintf("of %d", r.data.modes),
				Tip: "The effective number of modes that have particles: e to the entropy of their shares."})
		}
	}
	if r.flow != nil {
		out = append(out, exhibit.Readout{ID: "return", Name: "ODE’s way home", Value: apart(r.forward[0], ode),
			Tip: "Mean distance between where a particle set out and where the ODE has brought it back: the solver’s error."})
	}
	return out
}

func last(c curve) float64 { return float64(c.value[len(c.value)-1]) }

// apart is the mean distance between two lists of points, pair by pair.
func apart(a, b []float32) float64 {
	var sum float64
	for i := 0; i+1 < len(a); i += 2 {
		sum += math.Hypot(float64(a[i]-b[i]), float64(a[i+1]-b[i+1]))
	}
	return sum / float64(len(a)/2)
}

// words says what the panels show.
func (r *exact) words(l diffusion.Level, back bool) string {
	if !back {
		return fmt.Sprintf("%s: %d points on their way into noise at t = %.0f of 1000; %.0f %% of the data’s variance is left.", r.data.name, r.n, moment(l), 100*l.AlphaBar)
	}
	return fmt.Sprintf("%s: %d points on their way back at t = %.0f of 1000. Their energy distance to the true distribution is %.4f by the SDE, at the left, and %.4f by the ODE, at the right.",
		r.data.name, r.n, moment(l), last(r.ofSDE), last(r.ofODE))
}
