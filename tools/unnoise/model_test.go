package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"unnoise/model/gguf"
	"unnoise/model/run"
	"unnoise/model/safetensors"
	"unnoise/model/unet/unettest"
)

// goldenModel writes the network of a golden of unettest as a GGUF file with a
// scheduler and class names (nil for none).
func goldenModel(t *testing.T, name, scheduler string, classes []string) string {
	t.Helper()
	golden, err := unettest.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	set.Scheduler = json.RawMessage(scheduler)
	if classes != nil {
		text, err := json.Marshal(classes)
		if err != nil {
			t.Fatal(err)
		}
		set.Meta[run.MetaClasses] = string(text)
	}
	path := filepath.Join(t.TempDir(), name+".gguf")
	if err := writeFile(path, func(w io.Writer) error { return gguf.Write(w, set) }); err != nil {
		t.Fatal(err)
	}
	return path
}

// tinyModel draws pictures of 8×8 in 20 timesteps, without classes.
func tinyModel(t *testing.T) string {
	return goldenModel(t, "learned_no_middle", `{"num_train_timesteps":20}`, nil)
}

// tensors reads a safetensors file.
func tensors(t *testing.T, path string) *safetensors.File {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// floats returns the values of a tensor of a file and checks its shape.
func floats(t *testing.T, f *safetensors.File, name string, shape ...int) []float32 {
	t.Helper()
	tensor := f.Lookup(name)
	if tensor == nil {
		t.Fatalf("there is no tensor %q", name)
	}
	if got, want := len(tensor.Shape), len(shape); got != want {
		t.Fatalf("%s has shape %v, expected %v", name, tensor.Shape, shape)
	}
	for i := range shape {
		if tensor.Shape[i] != shape[i] {
			t.Fatalf("%s has shape %v, expected %v", name, tensor.Shape, shape)
		}
	}
	values, err := tensor.Float32s()
	if err != nil {
		t.Fatal(err)
	}
	return values
}
