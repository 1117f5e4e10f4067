package sde

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
)

var _ Differentiable = (*Network)(nil)

// Network is the score that a network has learned: factor(t)·net(x, label(t)). It is used
// by one goroutine at a time.
type Network struct {
	// Net answers; diffusion.Guided for guidance without a classifier, which is of scores as
	// it is of ε.
	Net diffusion.Predictor
	// Reading is how the SDE's times become labels and the answers scores.
	Reading Reading

	labels []float64
	scaled []float32
}

// Reading is the convention between a network and an SDE.
type Reading struct {
	Label  func(t float64) float64 // what the network is told
	Factor func(t float64) float64 // what its answer is multiplied by
	// Input is what x is multiplied by before the network reads it; nil is 1.
	Input func(t float64) float64
}

// EpsReading is of networks that predict ε and are told 999·t, which is what the paper's
// are under VP and sub-VP, and DDPM's of 1000 timesteps: s = −net/std.
func EpsReading(s SDE) Reading {
	return Reading{
		Label: func(t float64) float64 { return 999 * t },
		Factor: func(t float64) float64 {
			_, std := s.Marginal(t)
			return -1 / std
		},
	}
}

// StdReading is of networks whose answer is divided by the marginal's deviation, which are
// told label(t): s = net/std, as under VE and in the tutorial.
func StdReading(s SDE, label func(t float64) float64) Reading {
	return Reading{
		Label: label,
		Factor: func(t float64) float64 {
			_, std := s.Marginal(t)
			return 1 / std
		},
	}
}

// Score implements Score.
func (n *Network) Score(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, dst []float32) error {
	out, err := n.Net.Predict(ctx, n.input(xs, t), n.label(t), cond)
	if err != nil {
		return err
	}
	return n.write(out.Pred, t, dst)
}

// VJP implements Differentiable; the error is ErrNoGradient where the network
// gives none.
func (n *Network) VJP(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v, dst, grad []float32) error {
	net, ok := n.Net.(diffusion.Differentiable)
	if !ok {
		return ErrNoGradient
	}
	out, gradient, err := net.VJP(ctx, n.input(xs, t), n.label(t), cond, v)
	if err != nil {
		return err
	}
	if err := n.write(out.Pred, t, dst); err != nil {
		return err
	}
	if err := n.write(gradient, t, grad); err != nil {
		return err
	}
	n.scale(grad, t)
	return nil
}

// input is xs as the network reads them.
func (n *Network) input(xs []float32, t []float64) []float32 {
	if n.Reading.Input == nil {
		return xs
	}
	n.scaled = append(n.scaled[:0], xs...)
	n.scale(n.scaled, t)
	return n.scaled
}

// scale multiplies pictures, one for each time, by the reading's Input.
func (n *Network) scale(xs []float32, t []float64) {
	if n.Reading.Input == nil || len(t) == 0 {
		return
	}
	elems := len(xs) / len(t)
	for k := range t {
		factor := float32(n.Reading.Input(t[k]))
		for i := k * elems; i < (k+1)*elems; i++ {
			xs[i] *= factor
		}
	}
}

func (n *Network) label(t []float64) []float64 {
	n.labels = n.labels[:0]
	for _, t := range t {
		n.labels = append(n.labels, n.Reading.Label(t))
	}
	return n.labels
}

// write multiplies an answer, of one picture for each time, by the factors.
func (n *Network) write(answer []float32, t []float64, dst []float32) error {
	if len(answer) != len(dst) || len(t) == 0 || len(dst)%len(t) != 0 {
		return fmt.Errorf("the network returned %d values for %d pictures, expected %d", len(answer), len(t), len(dst))
	}
	elems := len(dst) / len(t)
	for k := range t {
		factor := n.Reading.Factor(t[k])
		for i := k * elems; i < (k+1)*elems; i++ {
			dst[i] = float32(factor * float64(answer[i]))
		}
	}
	return nil
}
