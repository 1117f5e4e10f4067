package unettest

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/unet"
	"unnoise/model/unet/drawn"
	"unnoise/model/weights"
)

//go:embed testdata/gradient/*.json
var gradientFiles embed.FS

// gradientGolden is the gradient of vᵀ·output that PyTorch's autograd computes, v being
// drawn by name (tools/golden/unet_gradient.py).
type gradientGolden struct {
	Losses     []float64
	Sample     floats   // NCHW
	Parameters []Module // in places at even distances
}

// RunGradient compares the gradients of a golden network, with respect to its sample
// and to parameters of every kind, with PyTorch's. ‖a−b‖/‖b‖ of each must not exceed
// tolerance.
func RunGradient(t *testing.T, name string, compile Compile, tolerance float64) {
	t.Helper()
	golden, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := loadGradient(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	backward, err := golden.backward(set, want.Parameters)
	if err != nil {
		t.Fatal(err)
	}
	got, err := golden.evaluate(backward, compile)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, relative float64) {
		t.Logf("%s: relative error %.2g", name, relative)
		if !(relative <= tolerance) {
			t.Errorf("%s: relative error %.2g, allowed %.2g", name, relative, tolerance)
		}
	}
	check("sample", relativeError(got[1], want.Sample))
	for i, m := range want.Parameters {
		check(m.Name, sampledError(got[2+i], m))
	}
}

func loadGradient(name string) (gradientGolden, error) {
	var g gradientGolden
	text, err := gradientFiles.ReadFile(path.Join("testdata/gradient", name+".json"))
	if err != nil {
		return g, err
	}
	if err := json.Unmarshal(text, &g); err != nil {
		return g, fmt.Errorf("gradient golden %s: %w", name, err)
	}
	return g, nil
}

// RunQuantizedGradient compares the gradient with respect to the sample of a network
// whose weights are stored as kind with that of the network whose weights are the same
// values in float32. ‖a−b‖/‖b‖ must not exceed tolerance.
func RunQuantizedGradient(t *testing.T, name string, kind weights.Type, compile Compile, tolerance float64) {
	t.Helper()
	golden, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	exact, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	stored, _, err := weights.QuantizeSet(exact, kind)
	if err != nil {
		t.Fatal(err)
	}
	expanded, _, err := weights.QuantizeSet(stored, weights.F32)
	if err != nil {
		t.Fatal(err)
	}
	gradient := func(set *weights.Set) []float32 {
		backward, err := golden.backward(set, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := golden.evaluate(backward, compile)
		if err != nil {
			t.Fatal(err)
		}
		return out[1]
	}
	got := gradient(stored)
	relative := relativeError(got, gradient(expanded))
	t.Logf("%v: relative error %.2g", kind, relative)
	if !(relative <= tolerance) {
		t.Errorf("%v: relative error %.2g, allowed %.2g", kind, relative, tolerance)
	}
	if moved := relativeError(got, gradient(exact)); !(moved > 10*tolerance) {
		t.Errorf("%v: only %.2g from the gradient of the unquantized network: the stored weights were not read", kind, moved)
	}
}

// backward is the network of a set with its output, the gradient with respect to the
// sample and those with respect to the parameters as outputs. The cotangent is a
// constant of it.
func (g Golden) backward(set *weights.Set, parameters []Module) (*graph.Graph, error) {
	forward, err := unet.Build(set, len(g.Timestep), g.Size[0], g.Size[1])
	if err != nil {
		return nil, err
	}
	b, params := graph.Trainable(forward, func(name string) bool {
		return slices.ContainsFunc(parameters, func(m Module) bool { return m.Name == name })
	})
	if len(params) != len(parameters) {
		return nil, fmt.Errorf("the network has %d of %d parameters", len(params), len(parameters))
	}
	names := map[string]graph.ID{}
	for _, id := range params {
		names[b.Label(id)] = id
	}
	wrt := []graph.ID{forward.Inputs[0].Value}
	for _, m := range parameters {
		wrt = append(wrt, names[m.Name])
	}
	y := forward.Outputs[0].Value
	v, err := cotangent(forward.Shape(y))
	if err != nil {
		return nil, err
	}
	for i, grad := range b.Gradient(y, b.State("cotangent", v), wrt...) {
		b.Output(fmt.Sprintf("gradient%d", i), grad)
	}
	return b.Build()
}

// cotangent draws v as a tensor whose stored layout is the output's, NHWC.
func cotangent(shape tensor.Shape) (*weights.Tensor, error) {
	nchw := tensor.Shape{shape[0], shape[3], shape[1], shape[2]}
	return weights.FromTorch("cotangent", weights.F32, nchw, drawn.Values("cotangent", nchw.Elems()))
}
