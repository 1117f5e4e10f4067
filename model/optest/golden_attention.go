package optest

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// attentionGoldens is what PyTorch made of the functions below, with their gradients
// (tools/golden/attention.py).
//
//go:embed testdata/attention.json
var attentionGoldens []byte

const (
	goldenSeed  = 2
	goldenHeads = 3
	goldenWidth = 4 // channels of a head
)

// goldenTolerance allows for inputs, which agree with torch.randn to 1e-6.
const goldenTolerance = 1e-5

// attentionFunctions are those of the script, as graphs. Inputs are [N, ..., C] where
// the script has [N, C, ...].
var attentionFunctions = map[string]func(s *sketch, in []graph.ID) graph.ID{
	"legacy": func(s *sketch, in []graph.ID) graph.ID {
		q, k, v := s.qkv(in[0], goldenHeads)
		return s.attend(goldenHeads, q, k, v)
	},
	"parts_first": func(s *sketch, in []graph.ID) graph.ID {
		q, k, v := s.qkv(in[0], 1)
		return s.attend(goldenHeads, q, k, v)
	},
	"text_keys": func(s *sketch, in []graph.ID) graph.ID {
		q, k, v := s.qkv(in[0], goldenHeads)
		text := func(i int) graph.ID { return s.apply(graph.Split{Heads: goldenHeads, Parts: 2, Part: i}, in[1]) }
		k = s.apply(graph.ConcatPositions{}, text(0), k)
		v = s.apply(graph.ConcatPositions{}, text(1), v)
		return s.attend(goldenHeads, q, k, v)
	},
	"cross": func(s *sketch, in []graph.ID) graph.ID { return s.attend(goldenHeads, in[0], in[1], in[2]) },
	"linear_attention": func(s *sketch, in []graph.ID) graph.ID {
		scale := 1 / math.Sqrt(goldenWidth)
		return s.LinearAttention("linear_attention", goldenHeads, scale, in[0], in[1], in[2])
	},
	"attention_pool": func(s *sketch, in []graph.ID) graph.ID {
		const c = goldenHeads * goldenWidth
		return s.AttentionPool("attention_pool", graph.AttentionPool{
			Heads:     goldenHeads,
			Embedding: s.named("attention_pool.embedding", 7, c),
			QKV: graph.Linear{
				Weight: s.named("attention_pool.qkv.weight", 3*c, c), Bias: s.named("attention_pool.qkv.bias", 3*c),
			},
			Out: graph.Linear{
				Weight: s.named("attention_pool.out.weight", 7, c), Bias: s.named("attention_pool.out.bias", 7),
			},
		}, in[0])
	},
	"softmax":     func(s *sketch, in []graph.ID) graph.ID { return s.apply(graph.Softmax{}, in[0]) },
	"log_softmax": func(s *sketch, in []graph.ID) graph.ID { return s.apply(graph.LogSoftmax{}, in[0]) },
	"log_prob": func(s *sketch, in []graph.ID) graph.ID {
		return s.apply(graph.LogProb{}, in[0], s.values([]float32{4, 0, 6}, 3))
	},
	"cross_entropy": func(s *sketch, in []graph.ID) graph.ID {
		return s.apply(graph.CrossEntropy{}, in[0], s.values([]float32{4, 0, 6}, 3))
	},
}

// named draws a weight as the script does.
func (s *sketch) named(name string, shape ...int) *weights.Tensor {
	values := named(name, shape)
	for i := range values {
		values[i] *= 0.5
	}
	out, err := weights.FromTorch(name, weights.F32, shape, values)
	if err != nil {
		s.Fail(err)
		return &weights.Tensor{Shape: shape}
	}
	return out
}

func named(name string, shape tensor.Shape) []float32 {
	values := make([]float32, shape.Elems())
	rng.ForName(goldenSeed, name).Normal(values)
	return values
}

// goldenFunction is one case of the file.
type goldenFunction struct {
	Shapes    []namedShape
	Shape     tensor.Shape
	Result    string
	Gradients []string
}

type namedShape struct {
	name  string
	shape tensor.Shape
}

func (n *namedShape) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&n.name, &n.shape})
}

// RunAttentionGoldens compares an executor with PyTorch: both of OpenAI's orders of
// queries, keys and values, GLIDE's text keys, cross-attention, linear attention,
// attention pooling, softmax and losses, and the gradients of all.
func RunAttentionGoldens(t *testing.T, compile Compile) {
	t.Helper()
	var golden struct{ Cases map[string]goldenFunction }
	if err := json.Unmarshal(attentionGoldens, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Cases) != len(attentionFunctions) {
		t.Errorf("%d cases in the file, %d functions here", len(golden.Cases), len(attentionFunctions))
	}
	for name, want := range golden.Cases {
		t.Run(name, func(t *testing.T) {
			if err := want.check(name, compile); err != nil {
				t.Error(err)
			}
		})
	}
}

func (f goldenFunction) check(name string, compile Compile) error {
	build, ok := attentionFunctions[name]
	if !ok {
		return fmt.Errorf("there is no such function")
	}
	s := &sketch{Builder: graph.NewBuilder()}
	var in []graph.ID
	for _, input := range f.Shapes {
		shape, values := channelsLast(input.shape, named(name+"."+input.name, input.shape))
		in = append(in, s.values(values, shape...))
	}
	y := build(s, in)
	shape, cotangent := channelsLast(f.Shape, named(name+".cotangent", f.Shape))
	s.result(y)
	for i, grad := range s.Gradient(y, s.values(cotangent, shape...), in...) {
		s.Output(fmt.Sprintf("gradient%d", i), grad)
	}
	g, err := s.Build()
	if err != nil {
		return err
	}
	program, err := compile(g)
	if err != nil {
		return err
	}
	defer program.Close()
	out := make([][]float32, len(g.Outputs))
	for i, port := range g.Outputs {
		out[i] = make([]float32, g.Shape(port.Value).Elems())
	}
	if err := program.Run(context.Background(), s.inputs, out); err != nil {
		return err
	}
	shapes := []tensor.Shape{f.Shape}
	for _, input := range f.Shapes {
		shapes = append(shapes, input.shape)
	}
	for i, packed := range append([]string{f.Result}, f.Gradients...) {
		values, err := unpack(packed)
		if err != nil {
			return err
		}
		_, values = channelsLast(shapes[i], values)
		if err := compare(out[i], widen(values), goldenTolerance); err != nil {
			return fmt.Errorf("%s: %w", g.Outputs[i].Name, err)
		}
	}
	return nil
}

// channelsLast turns [N, C, ...] into [N, ..., C]; vectors and matrices stay.
func channelsLast(shape tensor.Shape, values []float32) (tensor.Shape, []float32) {
	if len(shape) < 3 {
		return shape, values
	}
	out := append(append(tensor.Shape{shape[0]}, shape[2:]...), shape[1])
	moved := make([]float32, len(values))
	tensor.NCHWToNHWC(moved, values, shape[0], shape[1], 1, shape[2:].Elems())
	return out, moved
}

func unpack(packed string) ([]float32, error) {
	values := make([]float32, base64.StdEncoding.DecodedLen(len(strings.TrimRight(packed, "=")))/4)
	err := binary.Read(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)), binary.LittleEndian, values)
	return values, err
}
