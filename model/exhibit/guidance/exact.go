package guidance

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/figure"
	"unnoise/model/plane"
)

// exact is the network that makes no error on the three classes: it answers ε with a
// class and without. It implements diffusion.Predictor for points of the plane.
type exact struct {
	schedule *diffusion.Schedule
	whole    *plane.Mixture   // all classes
	each     []*plane.Mixture // one class alone
	pred     []float32
}

func newExact(schedule *diffusion.Schedule) (*exact, error) {
	e := &exact{schedule: schedule}
	var err error
	if e.whole, err = plane.NewMixture(classes()...); err != nil {
		return nil, err
	}
	for _, c := range classes() {
		one, err := plane.NewMixture(c)
		if err != nil {
			return nil, err
		}
		e.each = append(e.each, one)
	}
	return e, nil
}

// level is everything at one ᾱ.
type level struct {
	whole plane.Noised
	each  []plane.Noised
}

func (e *exact) at(alphaBar float64) level {
	l := level{whole: e.whole.At(alphaBar)}
	for _, c := range e.each {
		l.each = append(l.each, c.At(alphaBar))
	}
	return l
}

// of is the distribution of a class, or without one.
func (l level) of(class int) (plane.Noised, error) {
	switch {
	case class == diffusion.NoClass:
		return l.whole, nil
	case class < 0 || class >= len(l.each):
		return plane.Noised{}, fmt.Errorf("class %d of %d", class, len(l.each))
	}
	return l.each[class], nil
}

// certainty is q(c|x) at a point.
func (l level) certainty(class int, x, y float64) float64 {
	return math.Exp(l.each[class].Moments(x, y).LogDensity-l.whole.Moments(x, y).LogDensity) / float64(len(l.each))
}

// Predict implements diffusion.Predictor. All points have the same time, as a sampler
// asks.
func (e *exact) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	if len(xs) != 2*len(t) || len(cond.Class) != len(t) {
		return diffusion.Output{}, fmt.Errorf("%d values and %d classes for %d points", len(xs), len(cond.Class), len(t))
	}
	if cap(e.pred) < len(xs) {
		e.pred = make([]float32, len(xs))
	}
	out := e.pred[:len(xs)]
	l := e.at(e.schedule.At(t[0]).AlphaBar)
	for i, class := range cond.Class {
		if i%1024 == 0 && ctx.Err() != nil {
			return diffusion.Output{}, ctx.Err()
		}
		noised, err := l.of(class)
		if err != nil {
			return diffusion.Output{}, err
		}
		x, y := noised.Eps(noised.Moments(float64(xs[2*i]), float64(xs[2*i+1])))
		out[2*i], out[2*i+1] = float32(x), float32(y)
	}
	return diffusion.Output{Pred: out}, nil
}

// measure returns the mean of q(c|x) of points at ᾱ, and how far they are from the
// mean of their class.
func (e *exact) measure(alphaBar float64, xt []float32, class []int) (certainty, spread float64) {
	l := e.at(alphaBar)
	var mean [3][2]float64
	var count [3]float64
	for i, c := range class {
		x, y := float64(xt[2*i]), float64(xt[2*i+1])
		certainty += l.certainty(c, x, y)
		mean[c][0] += x
		mean[c][1] += y
		count[c]++
	}
	for i, c := range class {
		dx, dy := float64(xt[2*i])-mean[c][0]/count[c], float64(xt[2*i+1])-mean[c][1]/count[c]
		spread += dx*dx + dy*dy
	}
	n := float64(len(class))
	return certainty / n, math.Sqrt(spread / n)
}

// aim visits the cells of the plane with q(x|c)·q(c|x)^w of one class, scaled so that
// it adds up to 1 over the cells.
func (l level) aim(class int, w float64) []float64 {
	out := make([]float64, cells*cells)
	top := math.Inf(-1)
	for k := range out {
		x, y := cell(k)
		one, all := l.each[class].Moments(x, y).LogDensity, l.whole.Moments(x, y).LogDensity
		out[k] = one + w*(one-all)
		top = max(top, out[k])
	}
	var sum float64
	for k := range out {
		out[k] = math.Exp(out[k] - top)
		sum += out[k]
	}
	for k := range out {
		out[k] /= sum
	}
	return out
}

// cell is the centre of a cell of the density, row by row from the top.
func cell(k int) (x, y float64) {
	const width = 2 * extent / cells
	return -extent + (float64(k%cells)+0.5)*width, extent - (float64(k/cells)+0.5)*width
}

// density is what guidance aims at, all shown classes together.
func (e *exact) density(alphaBar float64, shown []int, w float64) *figure.Density {
	d := &figure.Density{W: cells, H: cells, Values: make([]float32, cells*cells), Colour: figure.Quiet}
	l := e.at(alphaBar)
	for _, c := range shown {
		for k, p := range l.aim(c, w) {
			d.Values[k] += float32(p)
		}
	}
	for _, v := range d.Values {
		d.High = max(d.High, float64(v))
	}
	return d
}

// trade plots certainty and spread of the aimed-at distribution without noise.
func (e *exact) trade(now float64) *figure.Plot {
	certain := figure.Curve{Name: "certainty", Colour: figure.A}
	spread := figure.Curve{Name: "spread", Colour: figure.B}
	l := e.at(1)
	for w := 0.0; w <= 4; w += 0.25 {
		c, s := l.moments(w)
		certain.X, certain.Y = append(certain.X, float32(w)), append(certain.Y, float32(c))
		spread.X, spread.Y = append(spread.X, float32(w)), append(spread.Y, float32(s))
	}
	return &figure.Plot{
		X:      figure.Axis{Label: "w", Min: 0, Max: 4},
		Y:      figure.Axis{Label: "", Min: 0, Max: 1},
		Curves: []figure.Curve{certain, spread},
		Marks:  []figure.Mark{{Name: "now", At: now, Colour: figure.Quiet}},
	}
}

// moments integrates over the first class; by symmetry the others have the same.
func (l level) moments(w float64) (certainty, spread float64) {
	p := l.aim(0, w)
	var mx, my, square float64
	for k, v := range p {
		x, y := cell(k)
		certainty += v * l.certainty(0, x, y)
		mx += v * x
		my += v * y
		square += v * (x*x + y*y)
	}
	return certainty, math.Sqrt(square - mx*mx - my*my)
}
