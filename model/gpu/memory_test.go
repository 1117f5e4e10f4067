//go:build js && wasm

package gpu_test

import (
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/mlp"
	"unnoise/model/unet/unettest"
)

// TestMemory plans the activations of networks, and of a training step with states, and
// follows who lies where: no launch may find another's values, or bind a buffer both
// read-only and writable.
func TestMemory(t *testing.T) {
	long(t)
	dev := open(t)
	graphs := map[string]*graph.Graph{}
	for _, name := range []string{"fashion", "reference", "cifar10"} {
		golden, err := unettest.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if graphs[name], err = golden.Graph(); err != nil {
			t.Fatal(err)
		}
	}
	schedule, err := diffusion.Cosine(1000)
	if err != nil {
		t.Fatal(err)
	}
	training := mlp.Config{Width: 128, Depth: 3, Schedule: schedule, Batch: 256, Rate: 2e-3, Average: .99}
	if graphs["training"], err = training.TrainingGraph(); err != nil {
		t.Fatal(err)
	}
	for name, g := range graphs {
		for _, precision := range []gpu.Precision{gpu.F32, gpu.F16} {
			ratio, err := gpu.Memory(dev, g, gpu.Options{Precision: precision})
			t.Logf("%s, %v: %.3f times the lower bound", name, precision, ratio)
			if err != nil || ratio > 1.3 {
				t.Errorf("%s, %v: %.3f times the lower bound, at most 1.3 expected; %v", name, precision, ratio, err)
			}
		}
	}
}
