package run

import (
	"context"
	"errors"
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
// model has classes, "class_labels" [N], or [N, attributes] where it has attributes; the output is [N, H, W, C], or
// [N, H, W, 2C] where the network learns the variance. A Network is used by one
// goroutine at a time.
type Network struct {
	// MaxBatch: larger batches are cut into pieces of at most this size. It becomes
	// smaller where the executor has not the memory.
	MaxBatch int
	// CompileVJP makes what WithGradient has made of the model's graph for a batch
	// size ready to run. Where it is nil, VJP is refused.
	CompileVJP func(batch int) (graph.Program, error)

	info     Info
	compile  func(batch int) (graph.Program, error)
	programs map[pass]*compiled
	gradient []float32
	pred     []float32
	variance []float32 // nil where the network does not learn it
	both     []float32 // a program's answer in NCHW, where it has both
}

// pass names a program of a Network.
type pass struct {
	batch    int
	backward bool // gives the gradient too
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
		programs: map[pass]*compiled{},
	}
}

// Predict implements diffusion.Predictor. NoClass becomes the null class, the
// last row of the model's class embedding, and Unknown the last of an attribute's rows.
func (n *Network) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	return n.answer(ctx, xs, t, cond, nil, nil)
}

// answer cuts a batch into pieces. v and grad are those of predict.
func (n *Network) answer(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond, v, grad []float32) (diffusion.Output, error) {
	elems := n.info.Elems()
	if len(xs) != len(t)*elems || len(cond.Class) != len(t) {
		return diffusion.Output{}, fmt.Errorf("a batch of %d timesteps has %d classes and %d values, expected %d", len(t), len(cond.Class), len(xs), len(t)*elems)
	}
	if cond.Attributes != nil && len(cond.Attributes) != len(t) {
		return diffusion.Output{}, fmt.Errorf("a batch of %d timesteps has the attributes of %d pictures", len(t), len(cond.Attributes))
	}
	out := diffusion.Output{Pred: room(&n.pred, len(xs))}
	if n.info.LearnedVariance {
		out.Variance = room(&n.variance, len(xs))
	}
	for first, end := 0, 0; first < len(t); first = end {
		end = min(first+n.MaxBatch, len(t))
		piece := func(values []float32) []float32 {
			if values == nil {
				return nil
			}
			return values[first*elems : end*elems]
		}
		answer := diffusion.Output{Pred: piece(out.Pred), Variance: piece(out.Variance)}
		err := n.predict(ctx, answer, piece(xs), t[first:end], part(cond, first, end), piece(v), piece(grad))
		if errors.Is(err, graph.ErrTooLarge) && end-first > 1 {
			n.Close() // programs of other sizes take memory too
			n.MaxBatch, end = (end-first+1)/2, first
			continue
		}
		if err != nil {
			return diffusion.Output{}, err
		}
	}
	return out, nil
}

// part is the condition of some pictures of a batch.
func part(cond diffusion.Cond, first, end int) diffusion.Cond {
	cond.Class = cond.Class[first:end]
	if cond.Attributes != nil {
		cond.Attributes = cond.Attributes[first:end]
	}
	return cond
}

// room returns n values of *slice, which it makes longer where needed.
func room(slice *[]float32, n int) []float32 {
	if cap(*slice) < n {
		*slice = make([]float32, n)
	}
	return (*slice)[:n]
}

// predict runs one program. dst, xs: len(t) pictures, NCHW; and so are v and grad,
// which are nil where no gradient is wanted.
func (n *Network) predict(ctx context.Context, dst diffusion.Output, xs []float32, t []float64, cond diffusion.Cond, v, grad []float32) error {
	p, err := n.program(pass{len(t), v != nil})
	if err != nil {
		return err
	}
	if v != nil {
		n.setCotangent(p.in[len(p.in)-1], v, len(t))
	}
	tensor.NCHWToNHWC(p.in[0], xs, len(t), n.info.Channels, n.info.Height, n.info.Width)
	for k := range t {
		p.in[1][k] = float32(t[k])
	}
	if err := n.setLabels(p, cond); err != nil {
		return err
	}
	if err := p.program.Run(ctx, p.in, p.out); err != nil {
		return err
	}
	if v != nil {
		tensor.NHWCToNCHW(grad, p.out[1], len(t), n.info.Channels, n.info.Height, n.info.Width)
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

// setLabels writes a condition where the model takes one. cond: a batch of p's size.
func (n *Network) setLabels(p *compiled, cond diffusion.Cond) error {
	for k, c := range cond.Class {
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
	attributes := n.info.Attributes
	for k := range cond.Class {
		if cond.Attributes != nil && len(cond.Attributes[k]) != len(attributes) {
			return fmt.Errorf("%d attributes told to a model of %d", len(cond.Attributes[k]), len(attributes))
		}
		for i, a := range attributes {
			option := diffusion.Unknown
			if cond.Attributes != nil {
				option = cond.Attributes[k][i]
			}
			switch {
			case option < diffusion.Unknown || option >= len(a.Options):
				return fmt.Errorf("option %d of attribute %q, which has %d", option, a.Name, len(a.Options))
			case option == diffusion.Unknown:
				option = len(a.Options)
			}
			p.in[2][k*len(attributes)+i] = float32(option)
		}
	}
	return nil
}

// program returns the program of a pass, compiling it the first time.
func (n *Network) program(which pass) (*compiled, error) {
	if p := n.programs[which]; p != nil {
		return p, nil
	}
	compile, what, batch := n.compile, "network", which.batch
	if which.backward {
		compile, what = n.CompileVJP, "gradient"
	}
	program, err := compile(batch)
	if err != nil {
		return nil, fmt.Errorf("preparing the %s for %d pictures: %w", what, batch, err)
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
	if len(n.info.Attributes) > 0 {
		p.in = append(p.in, make([]float32, batch*len(n.info.Attributes)))
	}
	if which.backward {
		p.in = append(p.in, make([]float32, len(p.out[0])))
		p.out = append(p.out, make([]float32, elems))
	}
	n.programs[which] = p
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
