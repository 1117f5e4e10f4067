package run

import (
	"context"
	"fmt"
	"math"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/sde"
	"unnoise/model/tensor"
)

var _ sde.Guide = (*Classifier)(nil)

// Classifier is the gradient of log p_t(y|x) by a network that was trained on noisy pictures
// (package noisy), under any SDE of the same data.
//
// The network knows the noise of its own training, x = √ᾱ·x_0 + √(1−ᾱ)·ε, and x_t of the SDE
// is scale·x_0 + std·z. Multiplied by √ᾱ/scale it is a picture of the timestep whose ratio of
// noise to picture is the same, of which alone p(y|x) depends; the gradient is multiplied
// likewise. Beyond the ends of the training it is that of the ends.
//
// Programs are compiled when first needed, one for each batch size. A Classifier is used by
// one goroutine at a time.
type Classifier struct {
	info     Info
	of       sde.SDE
	schedule *diffusion.Schedule
	compile  func(batch int) (graph.Program, error)
	programs map[int]*guideProgram
}

// guideProgram is a program of noisy.BuildGuide with its buffers.
type guideProgram struct {
	program                          graph.Program
	sample, label, class, grad, logP []float32
}

// NewClassifier returns the guide for samplers of an SDE. info: the classifier's; compile
// makes noisy.BuildGuide's graph for a batch size ready to run. The error says what is wrong
// with its scheduler.
func NewClassifier(info Info, of sde.SDE, compile func(batch int) (graph.Program, error)) (*Classifier, error) {
	schedule, err := info.Scheduler.Schedule()
	if err != nil {
		return nil, fmt.Errorf("the classifier's scheduler: %w", err)
	}
	return &Classifier{info: info, of: of, schedule: schedule, compile: compile, programs: map[int]*guideProgram{}}, nil
}

// Gradient implements sde.Guide: 0 for a picture of no class. xs, dst: [N, C, H, W].
func (c *Classifier) Gradient(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	_, err := c.Run(ctx, xs, t, cond, dst)
	return err
}

// Run is Gradient that returns log p_t(y|x) too, [N], of class 0 where there is none. The
// result stays valid until the next call.
func (c *Classifier) Run(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) ([]float32, error) {
	n, elems := len(t), c.info.Elems()
	if len(xs) != n*elems || len(dst) != n*elems || len(cond.Class) != n {
		return nil, fmt.Errorf("a batch of %d times has %d classes, %d values and room for %d gradients, expected %d", n, len(cond.Class), len(xs), len(dst), n*elems)
	}
	p, err := c.program(n)
	if err != nil {
		return nil, err
	}
	tensor.NCHWToNHWC(p.sample, xs, n, c.info.Channels, c.info.Height, c.info.Width)
	factors := make([]float32, n)
	for k, y := range cond.Class {
		if y < diffusion.NoClass || y >= c.info.NumClasses {
			return nil, fmt.Errorf("class %d of %d that the classifier knows", y, c.info.NumClasses)
		}
		scale, std := c.of.Marginal(t[k])
		level := c.schedule.AtSigma(std / scale)
		factors[k] = float32(math.Sqrt(level.AlphaBar) / scale)
		p.label[k], p.class[k] = float32(level.Time), float32(max(y, 0))
		multiply(p.sample[k*elems:(k+1)*elems], factors[k])
	}
	err = p.program.Run(ctx, [][]float32{p.sample, p.label, p.class}, [][]float32{p.grad, p.logP})
	if err != nil {
		return nil, err
	}
	tensor.NHWCToNCHW(dst, p.grad, n, c.info.Channels, c.info.Height, c.info.Width)
	for k, y := range cond.Class {
		if y == diffusion.NoClass {
			factors[k] = 0
		}
		multiply(dst[k*elems:(k+1)*elems], factors[k])
	}
	return p.logP, nil
}

func multiply(values []float32, factor float32) {
	for i := range values {
		values[i] *= factor
	}
}

// program returns the program of a batch size, compiling it the first time.
func (c *Classifier) program(batch int) (*guideProgram, error) {
	if p := c.programs[batch]; p != nil {
		return p, nil
	}
	program, err := c.compile(batch)
	if err != nil {
		return nil, fmt.Errorf("preparing the classifier for %d pictures: %w", batch, err)
	}
	p := &guideProgram{program: program}
	for _, pictures := range []*[]float32{&p.sample, &p.grad} {
		*pictures = make([]float32, batch*c.info.Elems())
	}
	for _, each := range []*[]float32{&p.label, &p.class, &p.logP} {
		*each = make([]float32, batch)
	}
	c.programs[batch] = p
	return p, nil
}

// Close frees all programs. A later call compiles them anew.
func (c *Classifier) Close() {
	for _, p := range c.programs {
		p.program.Close()
	}
	clear(c.programs)
}
