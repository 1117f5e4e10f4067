package unettest

import (
	"context"
	"math"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/unet/drawn"
)

// rate and decay of the script's AdamW.
const (
	trainRate  = 1e-3
	trainDecay = 0.01
)

// RunTraining takes some steps of AdamW on all parameters of a golden network, towards a
// target that is drawn by name, and compares the losses with PyTorch's. The relative
// error of none may exceed tolerance.
func RunTraining(t *testing.T, name string, compile Compile, tolerance float64) {
	t.Helper()
	golden, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := loadGradient(name)
	if err != nil {
		t.Fatal(err)
	}
	step, err := golden.trainingStep()
	if err != nil {
		t.Fatal(err)
	}
	program, err := compile(step)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	shapes := make([]tensor.Shape, len(step.Inputs))
	for i, port := range step.Inputs {
		shapes[i] = step.Shape(port.Value)
	}
	last := len(shapes) - 1
	s := shapes[last]
	target := make([]float32, s.Elems())
	tensor.NCHWToNHWC(target, drawn.Values("target", len(target)), s[0], s[3], s[1], s[2])
	in := append(golden.Inputs(shapes[:last]), target)
	if len(want.Losses) == 0 {
		t.Fatal("the golden file has no losses")
	}
	for k, w := range want.Losses {
		loss := make([]float32, 1)
		if err := program.Run(context.Background(), in, [][]float32{nil, loss}); err != nil {
			t.Fatal(err)
		}
		relative := math.Abs(float64(loss[0])-w) / w
		t.Logf("loss %d: %.7g, relative error %.2g", k, loss[0], relative)
		if !(relative <= tolerance) {
			t.Errorf("loss %d is %.7g, expected %.7g: relative error %.2g, allowed %.2g", k, loss[0], w, relative, tolerance)
		}
	}
}

// trainingStep is the network with its parameters as states, the loss as a further
// output and a step of AdamW. The target is the last input.
func (g Golden) trainingStep() (*graph.Graph, error) {
	forward, err := g.Graph()
	if err != nil {
		return nil, err
	}
	b, params := graph.Trainable(forward, func(string) bool { return true })
	y := forward.Outputs[0].Value
	loss := b.MeanSquare("loss", y, b.Input("target", forward.Shape(y)...))
	b.Output("loss", loss)
	opts := graph.DefaultAdam
	opts.WeightDecay = trainDecay
	grads := b.Gradient(loss, b.Fill("one", 1, 1), params...)
	graph.AdamW(b, "adamw", opts, b.Fill("rate", trainRate, 1), params, grads)
	return b.Build()
}
