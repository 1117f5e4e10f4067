package anneal

import (
	"math"

	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	"unnoise/model/langevin"
)

// LevelPlot is the noise and the step size of a chain by steps, and where it is.
func LevelPlot(c *langevin.Chain, now int) *figure.Plot {
	var sigma, alpha chain.Line
	for i := range c.Sigmas {
		for _, step := range []int{i * c.PerLevel, (i + 1) * c.PerLevel} {
			sigma.Add(float64(step), c.Sigmas[i])
			alpha.Add(float64(step), c.StepSize(i))
		}
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "step", Min: 0, Max: float64(c.Len())},
		Y:      figure.Axis{Min: min(c.Step, c.Sigmas[len(c.Sigmas)-1]) / 2, Max: 2 * max(c.Sigmas[0], c.StepSize(0)), Log: true},
		Curves: []figure.Curve{sigma.Curve("noise σ", figure.C), alpha.Curve("step size α", figure.D)},
		Marks:  []figure.Mark{{Name: "now", At: float64(now), Colour: figure.Quiet}},
	}
}

// Sizes are how large scores are along a chain, against what they should be.
type Sizes struct{ score, scaled chain.Line }

// Add adds a step's.
func (z *Sizes) Add(s langevin.Step) {
	if s.Score != nil {
		size := chain.RMS(s.Score, nil)
		z.score.Add(float64(s.I), max(1e-6, size))
		z.scaled.Add(float64(s.I), max(1e-6, size*s.Sigma))
	}
}

// Plot is what they are so far: the score grows as the noise falls, and σ times the score
// stays at about 1, for a picture with noise of deviation σ is σ·z away from the picture.
func (z *Sizes) Plot(c *langevin.Chain) *figure.Plot {
	most := 10.
	for _, v := range z.score.Y {
		most = math.Max(most, 2*float64(v))
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "step", Min: 0, Max: float64(c.Len())},
		Y:      figure.Axis{Label: "root mean square", Min: .01, Max: most, Log: true},
		Curves: []figure.Curve{z.score.Curve("score", figure.A), z.scaled.Curve("σ · score", figure.B)},
		Marks:  []figure.Mark{{Name: "1", At: 1, Horizontal: true, Colour: figure.Quiet}},
	}
}
