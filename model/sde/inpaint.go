package sde

import "fmt"

var _ Constraint = (*Inpainting)(nil)

// Inpainting holds the known values of pictures to what the SDE makes of them at each
// time: arXiv:2011.13456, appendix I.2, as get_pc_inpainter does it, two oddities
// included: x at T has the known values without any noise, and the mean, which the run
// returns, has x itself and not its mean at the unknown values, which therefore keep the
// noise of the last step.
type Inpainting struct {
	Data []float32 // [N, elems]
	Mask []float32 // [N, elems]: 1 where the value is known, 0 where it is wanted
}

// Start implements Constraint.
func (p *Inpainting) Start(x []float32) error {
	if len(p.Data) != len(x) || len(p.Mask) != len(x) {
		return fmt.Errorf("known pictures of %d values and a mask of %d for pictures of %d", len(p.Data), len(p.Mask), len(x))
	}
	for i, m := range p.Mask {
		x[i] = p.Data[i]*m + x[i]*(1-m)
	}
	return nil
}

// Apply implements Constraint.
func (p *Inpainting) Apply(s SDE, t float64, x, mean, z []float32) {
	scale, std := s.Marginal(t)
	for i, m := range p.Mask {
		known := scale * float64(p.Data[i])
		x[i] = x[i]*(1-m) + float32(known+std*float64(z[i]))*m
		mean[i] = x[i]*(1-m) + float32(known)*m
	}
}
