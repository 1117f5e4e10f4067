package laboratory

import (
	"context"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/plane"
	"unnoise/model/rng"
)

// judged are the times at which the network’s error is measured, each at judgedPoints
// points.
var judged = []float64{4, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 980}

const judgedPoints = 96

// judge knows the exact answers at points as they occur at each time.
type judge struct {
	x, want []float32
	times   []float64 // of each point
	factors []float64 // of each time: what an error of the answer is in ε̂
	least   float64   // the least loss there can be
}

func newJudge(ctx context.Context, d *data, best *plane.Predictor, g *rng.Generator) (*judge, error) {
	j := &judge{}
	s := best.Schedule
	for _, t := range judged {
		points := d.Sample(g, judgedPoints)
		z := make([]float32, len(points))
		g.Normal(z)
		bar := s.At(t).AlphaBar
		diffusion.QSample(points, points, z, bar)
		j.x = append(j.x, points...)
		for range judgedPoints {
			j.times = append(j.times, t)
		}
		_, ofPred := best.Target.Eps(bar)
		j.factors = append(j.factors, math.Abs(ofPred))
	}
	out, err := best.Predict(ctx, j.x, j.times, diffusion.Cond{})
	if err != nil {
		return nil, err
	}
	j.want = append([]float32(nil), out.Pred...)
	j.least, err = leastLoss(ctx, d, best, g)
	return j, err
}

// leastLoss is the loss of the best answer, at three points of every timestep: the
// variance of what is to be predicted, given x_t.
func leastLoss(ctx context.Context, d *data, best *plane.Predictor, g *rng.Generator) (float64, error) {
	const each = 3
	s := best.Schedule
	x0 := d.Sample(g, each*s.Len())
	eps := make([]float32, len(x0))
	g.Normal(eps)
	xt := make([]float32, len(x0))
	times := make([]float64, s.Len())
	for k := range times {
		times[k] = float64(k)
		from, to := 2*each*k, 2*each*(k+1)
		diffusion.QSample(xt[from:to], x0[from:to], eps[from:to], s.AlphaBar[k])
	}
	out, err := best.Predict(ctx, xt, times, diffusion.Cond{})
	if err != nil {
		return 0, err
	}
	var sum float64
	for i, v := range out.Pred {
		// E[(target − E[target|x_t])²], through x_0 or ε, whichever it is a multiple of.
		bar := s.AlphaBar[i/(2*each)]
		signal, noise := math.Sqrt(bar), math.Sqrt(1-bar)
		target := float64(eps[i])
		switch best.Target {
		case diffusion.PredictX0:
			target = float64(x0[i])
		case diffusion.PredictV:
			target = signal*float64(eps[i]) - noise*float64(x0[i])
		}
		sum += (target - float64(v)) * (target - float64(v))
	}
	return sum / float64(len(out.Pred)), nil
}

// ask returns the root mean square of √(1−ᾱ)·(learned − exact score) at each of the
// judged times, over points and coordinates.
func (j *judge) ask(ctx context.Context, net diffusion.Predictor) ([]float64, error) {
	out, err := net.Predict(ctx, j.x, j.times, diffusion.Cond{})
	if err != nil {
		return nil, err
	}
	errors := make([]float64, len(judged))
	for i, v := range out.Pred {
		k := i / (2 * judgedPoints)
		d := j.factors[k] * float64(v-j.want[i])
		errors[k] += d * d / (2 * judgedPoints)
	}
	for k, square := range errors {
		errors[k] = math.Sqrt(square)
	}
	return errors, nil
}

// overall is the root mean square over times.
func overall(errors []float64) float64 {
	var sum float64
	for _, e := range errors {
		sum += e * e
	}
	return math.Sqrt(sum / float64(len(errors)))
}

// lossCurve is the losses of all steps, in means of a few where they are many.
type lossCurve struct {
	each        int // steps of a mean
	step, value []float32
	sum         float64
	count       int
	taken       int
	recent      []float64 // of the last steps: a window
}

const (
	curvePoints = 300
	window      = 50
)

func newLossCurve(steps int) lossCurve {
	return lossCurve{each: max(1, (steps+curvePoints-1)/curvePoints)}
}

func (c *lossCurve) add(loss float64) {
	c.taken++
	c.sum += loss
	c.count++
	if c.count == c.each {
		c.step = append(c.step, float32(c.taken))
		c.value = append(c.value, float32(c.sum/float64(c.count)))
		c.sum, c.count = 0, 0
	}
	c.recent = append(c.recent, loss)
	if len(c.recent) > window {
		c.recent = c.recent[1:]
	}
}

// mean is that of the last steps.
func (c *lossCurve) mean() float64 {
	var sum float64
	for _, v := range c.recent {
		sum += v
	}
	return sum / float64(len(c.recent))
}
