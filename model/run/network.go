package run

import (
	"context"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// DefaultMaxBatch is the largest batch a Network asks an executor for: memory
// grows with it, speed hardly.
const DefaultMaxBatch = 32

// Network is a diffusion.Predictor backed by programs of an executor, one for
// each batch size, compiled when first needed.
//
// The programs' inputs are "sample" [N, H, W, C], "timestep" [N] and, where the
// model has classes, "class_labels" [N]; the output is [N, H, W, C], or
// [N, H, W, 2C] where the network learns the variance. A Network is used by one
// goroutine at a time.
type Network struct {
	MaxBatch int // larger batches are cut into pieces of at most this size
	info     Info
	compile  func(batch int) (graph.Program, error)
	programs map[int]*compiled
	pred     []float32
	variance []float32 // nil where the network does not learn it
	both     []float32 // a program's answer in NCHW, where it has both
}

// compiled is a program with its buffers.
type compiled struct {
	program graph.Program
	in, out [][]float32
}

// NewNetwork returns a Network for a model. compile makes its graph for a batch
// size ready to run.
func NewNetwork(info Info, compile func(batch int) (graph.Program, error)) *Network {
	return &Network{
		MaxBatch: DefaultMaxBatch,
		info:     info,
		compile:  compile,
		programs: map[int]*compiled{},
	}
}

// Predict implements diffusion.Predictor. NoClass becomes the null class, the
// last row of the model's class embedding.
func (n *Network) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	elems := n.info.Elems()
	if len(xs) != len(t)*elems || len(cond.Class) != len(t) {
		return diffusion.Output{}, fmt.Errorf("a batch of %d timesteps has %d classes and %d values, expected %d", len(t), len(cond.Class), len(xs), len(t)*elems)
	}
	out := diffusion.Output{Pred: room(&n.pred, len(xs))}
	if n.info.LearnedVariance {
		out.Variance = room(&n.variance, len(xs))
	}
	for first := 0; first < len(t); first += n.MaxBatch {
		end := min(first+n.MaxBatch, len(t))
		part := diffusion.Output{Pred: out.Pred[first*elems : end*elems]}
		if out.Variance != nil {
			part.Variance = out.Variance[first*elems : end*elems]
		}
		err := n.predict(ctx, part, xs[first*elems:end*elems], t[first:end], cond.Class[first:end])
		if err != nil {
			return diffusion.Output{}, err
		}
	}
	return out, nil
}

// room returns n values of *slice, which it makes longer where needed.
func room(slice *[]float32, n int) []float32 {
	if cap(*slice) < n {
		*slice = make([]float32, n)
	}
	return (*slice)[:n]
}

// predict runs one program. dst, xs: len(t) pictures, NCHW.
func (n *Network) predict(ctx context.Context, dst diffusion.Output, xs []float32, t []float64, class []int) error {
	p, err := n.program(len(t))
	if err != nil {
		return err
	}
	tensor.NCHWToNHWC(p.in[0], xs, len(t), n.info.Channels, n.info.Height, n.info.Width)
	for k := range t {
		p.in[1][k] = float32(t[k])
	}
	for k, c := range class {
		switch {
		case c < diffusion.NoClass || c >= n.info.NumClasses:
			return fmt.Errorf("class %d asked of a model of %d classes", c, n.info.NumClasses)
		case n.info.NumClasses == 0: // and no class: the model takes none
		case c == diffusion.NoClass:
			p.in[2][k] = float32(n.info.NumClasses)
		default:
			p.in[2][k] = float32(c)
		}
	}
	if err := p.program.Run(ctx, p.in, p.out); err != nil {
		return err
	}
	if dst.Variance == nil {
		tensor.NHWCToNCHW(dst.Pred, p.out[0], len(t), n.info.Channels, n.info.Height, n.info.Width)
		return nil
	}
	both := room(&n.both, len(p.out[0]))
	tensor.NHWCToNCHW(both, p.out[0], len(t), 2*n.info.Channels, n.info.Height, n.info.Width)
	elems := n.info.Elems()
	for k := range t {
		copy(dst.Pred[k*elems:(k+1)*elems], both[2*k*elems:])
		copy(dst.Variance[k*elems:(k+1)*elems], both[(2*k+1)*elems:])
	}
	return nil
}

// program returns the program of a batch size, compiling it the first time.
func (n *Network) program(batch int) (*compiled, error) {
	if p := n.programs[batch]; p != nil {
		return p, nil
	}
	program, err := n.compile(batch)
	if err != nil {
		return nil, fmt.Errorf("preparing the network for %d pictures: %w", batch, err)
	}
	elems := batch * n.info.Elems()
	p := &compiled{
		program: program,
		in:      [][]float32{make([]float32, elems), make([]float32, batch)},
		out:     [][]float32{make([]float32, elems)},
	}
	if n.info.LearnedVariance {
		p.out[0] = make([]float32, 2*elems)
	}
	if n.info.NumClasses > 0 {
		p.in = append(p.in, make([]float32, batch))
	}
	n.programs[batch] = p
	return p, nil
}

// Close frees all programs. A later Predict compiles them anew, which is what is
// wanted after a device was lost.
func (n *Network) Close() {
	for _, p := range n.programs {
		p.program.Close()
	}
	clear(n.programs)
}
