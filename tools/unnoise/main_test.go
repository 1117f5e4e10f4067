package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"unnoise/model/gguf"
	"unnoise/model/safetensors"
	"unnoise/model/weights"
)

// execute runs the command line and returns what it prints.
func execute(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(io.Discard)
	err := root.Execute()
	return out.String(), err
}

func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, err := execute(t, args...)
	if err != nil {
		t.Fatalf("unnoise %s: %v", strings.Join(args, " "), err)
	}
	return out
}

// checkpoint writes a small model as diffusers saves it, with an old attention name,
// and returns its folder. Its config names a network that this program does not have, so
// that four tensors are enough.
func checkpoint(t *testing.T) string {
	t.Helper()
	ramp := func(n int) []float32 {
		values := make([]float32, n)
		for i := range values {
			values[i] = float32(i%255-127) / 127
		}
		return values
	}
	f := &safetensors.File{Tensors: []safetensors.Tensor{
		safetensors.FromFloat32("conv_in.weight", []int{32, 1, 3, 3}, ramp(288)),
		safetensors.FromFloat32("down_blocks.0.resnets.0.conv1.weight", []int{4, 32, 3, 3}, ramp(1152)),
		safetensors.FromFloat32("down_blocks.0.resnets.0.conv1.bias", []int{4}, ramp(4)),
		safetensors.FromFloat32("mid_block.attentions.0.query.weight", []int{3, 33}, ramp(99)),
	}}
	dir := t.TempDir()
	for name, write := range map[string]func(w io.Writer) error{
		"diffusion_pytorch_model.safetensors": func(w io.Writer) error { return safetensors.Write(w, f) },
		"config.json": func(w io.Writer) error {
			_, err := io.WriteString(w, `{ "_class_name": "UNet2DConditionModel" }`)
			return err
		},
		"scheduler_config.json": func(w io.Writer) error { _, err := io.WriteString(w, `{ "beta_end": 0.02 }`); return err },
	} {
		if err := writeFile(filepath.Join(dir, name), write); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func readModel(t *testing.T, path string) *weights.Set {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	set, err := gguf.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// What is wrong with a flag is said in words of those who type it.
func TestFlagErrors(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{`--T is "1e3", expected a whole number`, []string{"schedule", "--T", "1e3"}},
		{`--seed is "-1", expected a whole number from 0`, []string{"noise", "--seed", "-1", "--shape", "2"}},
		{`--shape is "1,a", expected whole numbers`, []string{"noise", "--shape", "1,a"}},
		{`--eta is "much", expected a number`, []string{"sample", "--eta", "much"}},
		{"--nope; unnoise sample --help", []string{"sample", "--nope"}},
		{"one file, and 0 are named", []string{"inspect"}},
		{"is a folder", []string{"inspect", t.TempDir()}},
		{"there is no folder", []string{"forward", "--model", "m", "--in", "i", "--out", filepath.Join(t.TempDir(), "none", "o.safetensors")}},
		{"is a folder", []string{"convert", "--in", "m", "--out", t.TempDir()}},
	} {
		if _, err := execute(t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %s", c.args, err, c.want)
		}
	}
}
