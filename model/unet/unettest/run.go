package unettest

import (
	"context"
	"fmt"
	"math"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/unet"
)

// Compile makes a graph ready to run: an executor.
type Compile = func(*graph.Graph) (graph.Program, error)

// Run runs every golden network through an executor. ‖a−b‖/‖b‖ of the output must
// not exceed tolerance.
func Run(t *testing.T, compile Compile, tolerance float64) {
	t.Helper()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) { RunOne(t, name, compile, tolerance) })
	}
}

// RunOne runs one golden network.
func RunOne(t *testing.T, name string, compile Compile, tolerance float64) {
	t.Helper()
	golden, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	relative, err := golden.Check(compile, tolerance)
	t.Logf("relative error %.2g", relative)
	if err != nil {
		t.Error(err)
	}
}

// Check runs the network through an executor and returns ‖a−b‖/‖b‖ of the output.
// Where that exceeds tolerance, the error names the first module that is wrong.
func (g Golden) Check(compile Compile, tolerance float64) (float64, error) {
	network, err := g.Graph()
	if err != nil {
		return math.NaN(), err
	}
	got, err := g.evaluate(network, compile)
	if err != nil {
		return math.NaN(), err
	}
	relative := relativeError(got[0], g.Output)
	if !(relative <= tolerance) {
		return relative, fmt.Errorf("relative error %.3g, allowed %.3g; %s", relative, tolerance, g.diagnose(network, compile, tolerance))
	}
	return relative, nil
}

// Graph draws the weights and builds the network for the golden's inputs.
func (g Golden) Graph() (*graph.Graph, error) {
	set, err := g.Weights()
	if err != nil {
		return nil, err
	}
	build := g.Build
	if build == nil {
		build = unet.Build
	}
	return build(set, len(g.Timestep), g.Size[0], g.Size[1])
}

// evaluate runs a graph once and returns its outputs, pictures in NCHW order.
func (g Golden) evaluate(network *graph.Graph, compile Compile) ([][]float32, error) {
	program, err := compile(network)
	if err != nil {
		return nil, err
	}
	defer program.Close()
	shapes := make([]tensor.Shape, len(network.Inputs))
	for i, port := range network.Inputs {
		shapes[i] = network.Shape(port.Value)
	}
	out := make([][]float32, len(network.Outputs))
	for i, port := range network.Outputs {
		out[i] = make([]float32, network.Shape(port.Value).Elems())
	}
	if err := program.Run(context.Background(), g.Inputs(shapes), out); err != nil {
		return nil, err
	}
	for i, port := range network.Outputs {
		if s := network.Shape(port.Value); len(s) == 4 {
			planes := make([]float32, len(out[i]))
			tensor.NHWCToNCHW(planes, out[i], s[0], s[3], s[1], s[2])
			out[i] = planes
		}
	}
	return out, nil
}

// diagnose runs the network again with the watched modules as further outputs, and
// says which is the first to be wrong.
func (g Golden) diagnose(network *graph.Graph, compile Compile, tolerance float64) string {
	watched, modules := *network, []Module(nil)
	for _, m := range g.Modules {
		if id, ok := result(network, m.Name); ok {
			watched.Outputs = append(watched.Outputs[:len(watched.Outputs):len(watched.Outputs)], graph.Port{Name: m.Name, Value: id})
			modules = append(modules, m)
		}
	}
	got, err := g.evaluate(&watched, compile)
	if err != nil {
		return fmt.Sprintf("the run that looks for the first wrong module failed: %v", err)
	}
	for i, m := range modules {
		if e := sampledError(got[1+i], m); !(e <= tolerance) {
			return fmt.Sprintf("the first wrong module is %s, relative error %.2g", m.Name, e)
		}
	}
	return "every watched module is right by itself, so the executor's fusions are suspect"
}

// result finds the last value made under a label.
func result(g *graph.Graph, label string) (graph.ID, bool) {
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		if g.Nodes[i].Label == label {
			return g.Nodes[i].Out, true
		}
	}
	return 0, false
}

// sampledError is the relative error in the places where a module is known.
func sampledError(got []float32, m Module) float64 {
	sampled := make([]float32, len(m.Values))
	for i := range sampled {
		sampled[i] = got[i*len(got)/len(m.Values)]
	}
	return relativeError(sampled, m.Values)
}

// relativeError is ‖a−b‖/‖b‖, infinite where the lengths differ.
func relativeError(a, b []float32) float64 {
	if len(a) != len(b) {
		return math.Inf(1)
	}
	var difference, norm float64
	for i := range a {
		d := float64(a[i]) - float64(b[i])
		difference += d * d
		norm += float64(b[i]) * float64(b[i])
	}
	return math.Sqrt(difference / norm)
}
