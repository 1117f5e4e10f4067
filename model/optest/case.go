package optest

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Case is one small graph with inputs.
type Case struct {
	Name     string  // family/what, such as "conv2d/odd_sizes"
	loosened float64 // the tolerance where it is not the usual one
	build    func(*sketch)
}

// Cases returns the whole table.
func Cases() []Case {
	var all []Case
	for _, family := range [][]Case{
		reductionCases(), gradientCases(), matMulCases(), linearValueCases(), optimizerCases(),
		conv2DCases(), convValueCases(), convTranspose2DCases(), convChains(), convWeightGradCases(), poolCases(), resizeCases(),
		linearCases(), groupNormCases(), attentionCases(),
		elementwiseCases(), embeddingCases(), shapeCases(), chainCases(), projectionChains(), convNorms(), normConvs(), splitProducts(),
		unaryCases(), arithmeticCases(), normCases(), instanceNormPlusCases(), rbfCases(),
		softmaxCases(), splitCases(), linearAttentionCases(), attentionGradCases(),
	} {
		all = append(all, family...)
	}
	return all
}

// Build makes the case's graph and the values of its inputs, the same ones every
// time.
func (c Case) Build() (*graph.Graph, [][]float32, error) {
	s := c.sketch()
	g, err := s.Build()
	return g, s.inputs, err
}

func (c Case) sketch() *sketch {
	h := fnv.New64a()
	h.Write([]byte(c.Name))
	s := &sketch{Builder: graph.NewBuilder(), rand: rand.New(rand.NewPCG(h.Sum64(), 0))}
	c.build(s)
	return s
}

func (c Case) tolerance() float64 {
	if c.loosened > 0 {
		return c.loosened
	}
	return Tolerance
}

// sketch builds a case: a graph whose weights and inputs are drawn as it grows.
type sketch struct {
	*graph.Builder
	rand   *rand.Rand
	inputs [][]float32
	smooth []graph.ID // the inputs that a gradient can be taken with respect to
	count  int
}

// values declares an input.
func (s *sketch) values(values []float32, shape ...int) graph.ID {
	s.inputs = append(s.inputs, values)
	return s.Input(fmt.Sprintf("input%d", len(s.inputs)-1), shape...)
}

// normal declares an input of mean 0 and deviation 1.
func (s *sketch) normal(shape ...int) graph.ID { return s.spread(0, 1, shape...) }

// spread declares an input of the given mean and deviation.
func (s *sketch) spread(mean, deviation float64, shape ...int) graph.ID {
	id := s.values(s.draw(tensor.Shape(shape).Elems(), mean, deviation), shape...)
	s.smooth = append(s.smooth, id)
	return id
}

func (s *sketch) draw(n int, mean, deviation float64) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(mean + deviation*s.rand.NormFloat64())
	}
	return values
}

// weight draws a weight whose products keep the size of what they multiply.
func (s *sketch) weight(t weights.Type, shape ...int) *weights.Tensor {
	fanIn := tensor.Shape(shape[1:]).Elems()
	return s.stored(t, 0, 1/math.Sqrt(float64(fanIn)), shape...)
}

// vector draws n values about a mean.
func (s *sketch) vector(t weights.Type, mean float64, n int) *weights.Tensor {
	return s.stored(t, mean, 0.5, n)
}

func (s *sketch) stored(t weights.Type, mean, deviation float64, shape ...int) *weights.Tensor {
	s.count++
	values := s.draw(tensor.Shape(shape).Elems(), mean, deviation)
	out, err := weights.FromTorch(fmt.Sprintf("weight%d", s.count), t, shape, values)
	if err != nil {
		s.Fail(err)
		return &weights.Tensor{Shape: shape}
	}
	return out
}

// apply appends an operation, labelled by its kind and place.
func (s *sketch) apply(op graph.Op, in ...graph.ID) graph.ID {
	s.count++
	return s.Apply(fmt.Sprintf("%s%d", op.Kind(), s.count), op, in...)
}

// result declares the next output.
func (s *sketch) result(ids ...graph.ID) {
	for i, id := range ids {
		s.Output(fmt.Sprintf("output%d", i), id)
	}
}

// channels is the innermost extent of a value, 1 after an error.
func (s *sketch) channels(x graph.ID) int {
	shape := s.Shape(x)
	if len(shape) == 0 {
		return 1
	}
	return shape[len(shape)-1]
}

// conv appends a square convolution with bias. Sizes 1, 3, 5 keep the picture's.
func (s *sketch) conv(x graph.ID, out, size int) graph.ID {
	return s.apply(graph.Conv2D{
		Weight: s.weight(weights.F32, out, s.channels(x), size, size),
		Bias:   s.vector(weights.F32, 0, out),
		Stride: 1, Pad: graph.Same(size / 2),
	}, x)
}

// linear appends a linear layer with bias.
func (s *sketch) linear(x graph.ID, out int) graph.ID {
	return s.apply(graph.Linear{
		Weight: s.weight(weights.F32, out, s.channels(x)),
		Bias:   s.vector(weights.F32, 0, out),
	}, x)
}

// norm appends a group normalisation.
func (s *sketch) norm(x graph.ID, groups int) graph.ID {
	c := s.channels(x)
	return s.apply(graph.GroupNorm{
		Weight: s.vector(weights.F32, 1, c), Bias: s.vector(weights.F32, 0, c),
		Groups: groups, Eps: 1e-5,
	}, x)
}

func (s *sketch) silu(x graph.ID) graph.ID   { return s.apply(graph.SiLU{}, x) }
func (s *sketch) add(a, b graph.ID) graph.ID { return s.apply(graph.Add{}, a, b) }
