package run_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"unnoise/model/annotated/annotatedtest"
	"unnoise/model/architecture"
	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/tensor"
	"unnoise/model/unet/drawn"
	"unnoise/model/weights"
)

// TestAnnotatedModel runs the network of The Annotated Diffusion Model as any model: its
// answer is PyTorch's, and its scheduler leaves the guess uncut.
func TestAnnotatedModel(t *testing.T) {
	golden, err := annotatedtest.Load("article")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	set.Config = json.RawMessage(`{"_class_name": "AnnotatedUNet", "sample_size": 28, "dim": 28, "dim_mults": [1, 2, 4], "channels": 1}`)
	set.Scheduler = json.RawMessage(`{"num_train_timesteps": 200, "beta_start": 0.0001, "beta_end": 0.02, "clip_sample": false}`)
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		t.Fatal(err)
	}
	if info.Channels != 1 || info.Height != 28 || info.Width != 28 || info.NumClasses != 0 || info.Scheduler.T() != 200 {
		t.Errorf("got %+v", info)
	}
	network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
		g, err := architecture.All.Build(set, batch, info.Height, info.Width)
		if err != nil {
			return nil, err
		}
		return cpu.Compile(g)
	})
	defer network.Close()
	shape := tensor.Shape{len(golden.Timestep), 1, 28, 28}
	times := make([]float64, shape[0])
	class := make([]int, shape[0])
	for i, v := range golden.Timestep {
		times[i], class[i] = float64(v), diffusion.NoClass
	}
	out, err := network.Predict(t.Context(), drawn.Values("input.sample", shape.Elems()), times, diffusion.Cond{Class: class})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range golden.Output {
		if math.Abs(float64(out.Pred[i]-want)) > 1e-4 {
			t.Fatalf("value %d is %v, expected %v", i, out.Pred[i], want)
		}
	}

	spec := run.Default()
	spec.Sampler, spec.Steps, spec.Guidance = run.DDPM, 200, 1
	plan, err := run.NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range plan.Updates {
		if u.Clip {
			t.Errorf("the guess at t = %d is cut", u.T)
		}
	}
}

// TestUnknownArchitecture has a program refuse the networks that it does not carry, by name.
func TestUnknownArchitecture(t *testing.T) {
	few := run.Architectures{run.UNet}
	for config, want := range map[string]string{
		`{"_class_name": "AnnotatedUNet", "channels": 1}`: `"AnnotatedUNet", a network that this program cannot run; it runs UNet2DModel`,
		`{"_class_name": "UNet3DConditionModel"}`:         `"UNet3DConditionModel", a network that this program cannot run`,
		`{"_class_name": 7}`:                              `the model's config cannot be read`,
		``:                                                `the model's config cannot be read`,
	} {
		set := &weights.Set{Config: json.RawMessage(config)}
		if _, err := few.ReadInfo(set); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, expected %s", config, err, want)
		}
		if _, err := few.Build(set, 1, 28, 28); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: Build: %v, expected %s", config, err, want)
		}
	}
	set := &weights.Set{Config: json.RawMessage(`{"_class_name": "NoisyClassifier"}`)}
	if _, err := architecture.All.Build(set, 1, 28, 28); err == nil || !strings.Contains(err.Error(), "classifier") {
		t.Errorf("a classifier draws: %v", err)
	}
}
