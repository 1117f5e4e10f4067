package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"unnoise/model/architecture"
	"unnoise/model/graph"
	"unnoise/model/safetensors"
	"unnoise/model/tensor"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// Names of the tensors of forward, as diffusers names them.
const (
	sampleName = "sample"
	labelsName = "class_labels"
)

func newForwardCommand() *cobra.Command {
	var model, in, out string
	cmd := &cobra.Command{
		Use:   "forward",
		Short: "Evaluate a network once on given inputs",
		Long: `Evaluate a network once on given inputs.

The input file has the tensors sample [N, C, H, W], timestep [N] (or one for all)
and, for a network with classes, class_labels [N], or [N, attributes] where
the last number of each is "unknown", as I64 or I32; the output file has sample.
Both are safetensors files with PyTorch's layout.`,
		Example: `  unnoise forward --model m.gguf --in in.safetensors --out out.safetensors`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutput(out); err != nil {
				return fmt.Errorf("--out: %w", err)
			}
			set, err := readModelFile(model)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(in)
			if err != nil {
				return err
			}
			inputs, err := safetensors.Read(data)
			if err != nil {
				return fmt.Errorf("%s: %w", in, err)
			}
			answer, err := forward(cmd.Context(), set, inputs)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", model, in, err)
			}
			return writeFile(out, func(w io.Writer) error {
				return safetensors.Write(w, &safetensors.File{Tensors: []safetensors.Tensor{answer}})
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&model, "model", "", "the model: a .gguf file or a diffusers folder")
	flags.StringVar(&in, "in", "", "safetensors file of the inputs")
	flags.StringVar(&out, "out", "", "safetensors file to write")
	must(cmd, "model", "in", "out")
	return cmd
}

// forward evaluates a network and returns its answer, NCHW.
func forward(ctx context.Context, set *weights.Set, inputs *safetensors.File) (safetensors.Tensor, error) {
	var none safetensors.Tensor
	sample := inputs.Lookup(sampleName)
	if sample == nil || len(sample.Shape) != 4 {
		return none, fmt.Errorf("the input has no tensor %q of shape [N, C, H, W]", sampleName)
	}
	n, c, h, w := sample.Shape[0], sample.Shape[1], sample.Shape[2], sample.Shape[3]
	g, err := architecture.All.Build(set, n, h, w)
	if err != nil {
		return none, err
	}
	if takes := g.Shape(g.Inputs[0].Value)[3]; c != takes {
		return none, fmt.Errorf("tensor %q has %d channels, the network takes %d", sampleName, c, takes)
	}
	labels := labelling{}
	if config, err := unet.ParseConfig(set.Config); err == nil {
		labels.classes = config.NumClassEmbeds
	}
	if labels.attributes, err = unet.Attributes(set); err != nil {
		return none, err
	}
	values, err := sample.Float32s()
	if err != nil {
		return none, err
	}
	in := [][]float32{make([]float32, len(values))}
	tensor.NCHWToNHWC(in[0], values, n, c, h, w)
	for _, port := range g.Inputs[1:] {
		v, err := condition(inputs, port.Name, g.Shape(port.Value), labels)
		if err != nil {
			return none, err
		}
		in = append(in, v)
	}
	if err := unused(inputs, g); err != nil {
		return none, err
	}
	shape := g.Shape(g.Outputs[0].Value) // NHWC
	out := make([]float32, shape.Elems())
	if err := evaluate(ctx, g, in, [][]float32{out}); err != nil {
		return none, err
	}
	answer := make([]float32, len(out))
	tensor.NHWCToNCHW(answer, out, n, shape[3], shape[1], shape[2])
	return safetensors.FromFloat32(sampleName, []int{n, shape[3], shape[1], shape[2]}, answer), nil
}

// labelling is what class_labels may be: numbers of classes, or of the options of
// attributes.
type labelling struct {
	classes    *int
	attributes []unet.Attribute
}

// check says what is wrong with value i of class_labels.
func (l labelling) check(i int, v float64) error {
	whole := v >= 0 && v == float64(int(v))
	if len(l.attributes) > 0 {
		a := l.attributes[i%len(l.attributes)]
		if !whole || v > float64(len(a.Options)) {
			return fmt.Errorf("tensor %q: %v is no option of %q; they are 0 to %d, and %d for unknown", labelsName, v, a.Name, len(a.Options)-1, len(a.Options))
		}
	}
	if l.classes != nil && !(whole && v < float64(*l.classes)) {
		return fmt.Errorf("tensor %q: %v is not a class; they are 0 to %d", labelsName, v, *l.classes-1)
	}
	return nil
}

// condition returns the values of an input beside the sample. A timestep may be
// given once for all pictures, as diffusers allows.
func condition(inputs *safetensors.File, name string, shape tensor.Shape, labels labelling) ([]float32, error) {
	given := inputs.Lookup(name)
	if given == nil {
		return nil, fmt.Errorf("the input has no tensor %q, which this network needs with shape %v", name, shape)
	}
	if name == labelsName && !given.DType.Whole() {
		return nil, fmt.Errorf("tensor %q is %s, expected I64 or I32", name, given.DType)
	}
	values, err := given.Float64s()
	if err != nil {
		return nil, err
	}
	if name != labelsName && len(values) == 1 {
		values = slices.Repeat(values, shape.Elems())
	}
	if len(values) != shape.Elems() {
		return nil, fmt.Errorf("tensor %q has shape %v, expected %v", name, given.Shape, shape)
	}
	out := make([]float32, len(values))
	for i, v := range values {
		if name == labelsName {
			if err := labels.check(i, v); err != nil {
				return nil, err
			}
		}
		out[i] = float32(v)
	}
	return out, nil
}

// unused refuses tensors that the network does not read: a misspelt one, or
// labels for a network without classes.
func unused(inputs *safetensors.File, g *graph.Graph) error {
	for i := range inputs.Tensors {
		name := inputs.Tensors[i].Name
		if !slices.ContainsFunc(g.Inputs, func(p graph.Port) bool { return p.Name == name }) {
			return fmt.Errorf("the input has a tensor %q, which this network does not read", name)
		}
	}
	return nil
}

// evaluate runs a graph once.
func evaluate(ctx context.Context, g *graph.Graph, in, out [][]float32) error {
	exec, err := openExecutor(ctx)
	if err != nil {
		return err
	}
	defer exec.close()
	program, err := exec.compile(ctx, g)
	if err != nil {
		return err
	}
	defer program.Close()
	return program.Run(ctx, in, out)
}
