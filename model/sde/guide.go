package sde

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
)

// Guide knows what is wanted of a picture: the gradient of log p_t(y|x).
type Guide interface {
	// Gradient writes ∇_x log p_t(y|x) into dst, where y is cond's class of each picture;
	// 0 where that is diffusion.NoClass. xs, dst: [N, elems]; t: SDE time, [N].
	Gradient(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error
}

var _ Score = (*Guided)(nil)

// Guided is class-conditional generation by a classifier that knows noise:
// arXiv:2011.13456, §5, eq. 14,
//
//	∇ log p_t(x|y) = ∇ log p_t(x) + scale·∇ log p_t(y|x)
//
// with scale 1 in the paper. The score itself is told no class.
type Guided struct {
	Free  Score // unconditional
	Guide Guide
	Scale float64

	gradient []float32
}

// Score implements Score.
func (g *Guided) Score(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	free := diffusion.Cond{Class: slices.Repeat([]int{diffusion.NoClass}, len(t))}
	if err := g.Free.Score(ctx, xs, t, free, dst); err != nil || g.Scale == 0 {
		return err
	}
	g.gradient = append(g.gradient[:0], make([]float32, len(dst))...)
	if err := g.Guide.Gradient(ctx, xs, t, cond, g.gradient); err != nil {
		return fmt.Errorf("the classifier: %w", err)
	}
	diffusion.Combine(dst, dst, g.gradient, 1, g.Scale)
	return nil
}

var _ Guide = (*ExactGuide)(nil)

// ExactGuide is the classifier that makes no error on a mixture whose components have
// classes: log p_t(y|x) is the log density of the class's components less that of all.
type ExactGuide struct {
	all     *Exact
	classes []*Exact
	part    []float32
}

// NewExactGuide returns the classifier; class y is of the components classes[y]. The error
// says what is wrong with them.
func NewExactGuide(data *Mixture, s SDE, classes [][]int) (*ExactGuide, error) {
	g := &ExactGuide{all: NewExact(data, s)}
	for y, components := range classes {
		part, err := data.Part(components...)
		if err != nil {
			return nil, fmt.Errorf("class %d: %w", y, err)
		}
		g.classes = append(g.classes, NewExact(part, s))
	}
	return g, nil
}

// Gradient implements Guide.
func (g *ExactGuide) Gradient(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	if len(cond.Class) != len(t) {
		return fmt.Errorf("%d classes for %d points", len(cond.Class), len(t))
	}
	if err := g.all.Score(ctx, xs, t, cond, dst); err != nil {
		return err
	}
	dim := g.all.Data.dim
	g.part = append(g.part[:0], make([]float32, dim)...)
	for i, y := range cond.Class {
		row := dst[i*dim : (i+1)*dim]
		switch {
		case y == diffusion.NoClass:
			clear(row)
			continue
		case y < 0 || y >= len(g.classes):
			return fmt.Errorf("class %d of %d", y, len(g.classes))
		}
		if err := g.classes[y].Score(ctx, xs[i*dim:(i+1)*dim], t[i:i+1], cond, g.part); err != nil {
			return err
		}
		diffusion.Combine(row, g.part, row, 1, -1)
	}
	return nil
}
