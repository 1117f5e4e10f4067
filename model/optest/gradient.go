package optest

import (
	"fmt"
	"slices"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// gradients are graphs of one result, whose gradients with respect to all inputs
// drawn by normal and spread are checked: see [Gradients]. Keep them small: each
// input value costs two evaluations. Every operation with a VJP has some.
func gradients() []Case {
	var all []Case
	for _, family := range [][]Case{
		linearGradients(), matMulGradients(), embeddingGradients(),
		elementwiseGradients(), shapeGradients(), builderGradients(),
		unaryGradients(), arithmeticGradients(), normGradients(), rbfGradients(), convGradients(), attentionGradients(),
	} {
		all = append(all, family...)
	}
	return all
}

func elementwiseGradients() []Case {
	return []Case{
		{Name: "silu", build: func(s *sketch) { s.result(s.silu(s.spread(0, 3, 2, 3, 3, 2))) }},
		{Name: "add", build: func(s *sketch) { s.result(s.add(s.normal(2, 3), s.normal(2, 3))) }},
		{Name: "add_to_itself", build: func(s *sketch) {
			x := s.normal(2, 3)
			s.result(s.add(x, x))
		}},
		{Name: "mul", build: func(s *sketch) { s.result(s.apply(graph.Mul{}, s.normal(2, 5), s.normal(2, 5))) }},
		{Name: "square", build: func(s *sketch) {
			x := s.normal(2, 5)
			s.result(s.apply(graph.Mul{}, x, x))
		}},
		{Name: "add_channel", build: func(s *sketch) {
			s.result(s.apply(graph.AddChannel{}, s.normal(2, 3, 2, 5), s.normal(2, 5)))
		}},
		{Name: "scale_shift", build: func(s *sketch) {
			s.result(s.apply(graph.ScaleShift{}, s.normal(2, 3, 2, 5), s.normal(2, 10)))
		}},
		{Name: "channel_sum", build: func(s *sketch) { s.result(s.apply(graph.ChannelSum{}, s.normal(2, 3, 2, 5))) }},
		{Name: "channel_sum_per_picture", build: func(s *sketch) {
			s.result(s.apply(graph.ChannelSum{PerPicture: true}, s.normal(2, 3, 2, 5)))
		}},
		{Name: "mean_square", build: func(s *sketch) {
			s.result(s.MeanSquare("loss", s.silu(s.normal(2, 3, 5)), s.normal(2, 3, 5)))
		}},
		{Name: "affine", build: func(s *sketch) { s.result(s.apply(graph.Affine{Factor: -1.5, Offset: 3}, s.normal(2, 7))) }},
	}
}

func shapeGradients() []Case {
	return []Case{
		{Name: "upsample", build: func(s *sketch) { s.result(s.apply(graph.Upsample{}, s.normal(2, 2, 3, 5))) }},
		{Name: "sum_pool", build: func(s *sketch) { s.result(s.apply(graph.SumPool{}, s.normal(2, 4, 6, 3))) }},
		{Name: "concat", build: func(s *sketch) { s.result(s.apply(graph.Concat{}, s.normal(2, 3, 2, 5), s.normal(2, 3, 2, 3))) }},
		{Name: "concat_with_itself", build: func(s *sketch) {
			x := s.normal(2, 3)
			s.result(s.apply(graph.Concat{}, x, x))
		}},
		{Name: "slice", build: func(s *sketch) { s.result(s.apply(graph.Slice{From: 2, To: 5}, s.normal(2, 3, 9))) }},
		{Name: "slice_of_the_rest", build: func(s *sketch) { s.result(s.apply(graph.Slice{From: 2, To: 5}, s.normal(3, 5))) }},
	}
}

// builderGradients are the shapes of graph that Gradient itself must get right.
func builderGradients() []Case {
	return []Case{
		{Name: "diamond", build: func(s *sketch) {
			x := s.silu(s.normal(2, 5))
			s.result(s.apply(graph.Mul{}, s.silu(x), s.add(x, s.silu(x))))
		}},
		{Name: "unused_input", build: func(s *sketch) {
			s.normal(2, 3)
			s.result(s.silu(s.normal(2, 5)))
		}},
		// The neighbourhoods that executors fuse, whose inner values the way back reads.
		{Name: "resnet", build: func(s *sketch) { s.result(resnet(s, s.normal(2, 3, 2, 4), s.normal(2, 6), 8, false)) }},
		{Name: "resnet_scale_shift", build: func(s *sketch) {
			s.result(resnet(s, s.normal(2, 2, 3, 4), s.normal(2, 6), 4, true))
		}},
		{Name: "attention_block", build: func(s *sketch) { s.result(attend(s, s.normal(1, 3, 2, 8), 2)) }},
		{Name: "upsample_concat_conv", build: func(s *sketch) {
			x := s.conv(s.apply(graph.Upsample{}, s.normal(1, 2, 3, 4)), 4, 3)
			s.result(s.conv(s.apply(graph.Concat{}, x, s.normal(1, 4, 6, 3)), 5, 1))
		}},
		{Name: "weight_read_twice", build: func(s *sketch) {
			w := s.normal(4, 4)
			s.result(s.apply(graph.Linear{}, s.silu(s.apply(graph.Linear{}, s.normal(3, 4), w)), w))
		}},
		{Name: "concat_as_a_weight", build: func(s *sketch) { // executors must not look through it
			w := s.apply(graph.Concat{}, s.normal(6, 3, 3, 2), s.normal(6, 3, 3, 2))
			s.result(s.apply(graph.Conv2D{Stride: 1, Pad: graph.Same(1)}, s.normal(1, 3, 4, 4), w))
		}},
		{Name: "identity", build: func(s *sketch) { s.result(s.normal(2, 5)) }},
		{Name: "beside_a_label", build: func(s *sketch) { // the embedding has no gradient there, and needs none
			rows := s.apply(graph.Embedding{Weight: s.weight(weights.F32, 3, 5)}, s.values([]float32{2, 0}, 2))
			s.result(s.apply(graph.Mul{}, rows, s.normal(2, 5)))
		}},
	}
}

// gradientCases are the backward passes as cases of the table.
func gradientCases() []Case {
	forward := gradients()
	cases := make([]Case, len(forward))
	for i, c := range forward {
		cases[i] = c.gradient()
	}
	return cases
}

// gradient is the case of c's backward pass: its outputs are c's result and then
// the gradients of vᵀ·result with respect to every smooth input. v is the last
// input.
func (c Case) gradient() Case {
	return Case{Name: "gradient/" + c.Name, loosened: c.loosened, build: func(s *sketch) {
		c.build(s)
		y, err := s.only()
		if err != nil {
			s.Fail(err)
			return
		}
		wrt := slices.Clone(s.smooth)
		v := s.normal(s.Shape(y)...)
		for i, grad := range s.Gradient(y, v, wrt...) {
			s.Output(fmt.Sprintf("gradient%d", i), grad)
		}
	}}
}

// only is the value of the single output.
func (s *sketch) only() (graph.ID, error) {
	g, err := s.Build()
	if err != nil {
		return 0, err
	}
	if len(g.Outputs) != 1 {
		return 0, fmt.Errorf("a gradient case has %d outputs, expected 1", len(g.Outputs))
	}
	return g.Outputs[0].Value, nil
}

// Gradients compares Builder.Gradient with central finite differences of the
// forward pass, both evaluated in float64 by the table's formulas, for each
// operation with a VJP. That executors agree with the same float64 values is what
// [Run] checks, since the backward passes are cases "gradient/…" of its table.
func Gradients(t *testing.T) {
	t.Helper()
	for _, c := range gradients() {
		t.Run(c.Name, func(t *testing.T) {
			if err := c.checkGradient(evaluate); err != nil {
				t.Error(err)
			}
		})
	}
}

const (
	// step is h of (f(x+h) − f(x−h))/2h: it errs by h²f‴/6, and by 1e-16/h of rounding.
	step = 1e-5
	// gradientTolerance is the largest ‖a−b‖/‖b‖, some hundred times that.
	gradientTolerance = 1e-7
)

// checkGradient is Gradients for one case; evaluate computes a node.
func (c Case) checkGradient(evaluate func(graph.Op, array, []array)) error {
	s := c.gradient().sketch()
	g, err := s.Build()
	if err != nil {
		return err
	}
	in := make([][]float64, len(s.inputs))
	for i, values := range s.inputs {
		in[i] = widen(values)
	}
	gradients := interpret(g, in, evaluate)[1:]

	forward, v := forwardOf(g), in[len(in)-1]
	f := func() float64 {
		var sum float64
		for i, y := range interpret(forward, in, evaluate)[0] {
			sum += v[i] * y
		}
		return sum
	}
	for i, id := range s.smooth[:len(s.smooth)-1] {
		place := slices.IndexFunc(g.Inputs, func(p graph.Port) bool { return p.Value == id })
		if err := compareWide(gradients[i], differences(f, in[place]), gradientTolerance); err != nil {
			return fmt.Errorf("gradient with respect to %s %v: %w", g.Inputs[place].Name, g.Shape(id), err)
		}
	}
	return nil
}

// forwardOf is what a graph does up to its first output.
func forwardOf(g *graph.Graph) *graph.Graph {
	forward := *g
	forward.Outputs = g.Outputs[:1]
	last := slices.IndexFunc(g.Nodes, func(n graph.Node) bool { return n.Out == g.Outputs[0].Value })
	forward.Nodes = g.Nodes[:last+1]
	return &forward
}

// differences is the gradient of f with respect to x by central differences.
func differences(f func() float64, x []float64) []float64 {
	out := make([]float64, len(x))
	for k, at := range x {
		x[k] = at + step
		out[k] = f()
		x[k] = at - step
		out[k] = (out[k] - f()) / (2 * step)
		x[k] = at
	}
	return out
}
