package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/safetensors"
	"unnoise/model/weights"
)

func TestConvertFolder(t *testing.T) {
	dir := checkpoint(t)
	for typ, want := range map[string]weights.Type{"q8_0": weights.Q8_0, "q4_0": weights.Q4_0, "f16": weights.F16, "f32": weights.F32} {
		path := filepath.Join(t.TempDir(), "m.gguf")
		out := mustRun(t, "convert", "--in", dir, "--type", typ, "--out", path, "--name", "Small", "--license", "mit")
		set := readModel(t, path)
		if string(set.Config) != `{"_class_name":"UNet2DConditionModel"}` || string(set.Scheduler) != `{"beta_end":0.02}` {
			t.Errorf("%s: config %s, scheduler %s", typ, set.Config, set.Scheduler)
		}
		if set.Meta["general.name"] != "Small" || set.Meta["general.license"] != "mit" {
			t.Errorf("%s: metadata %v", typ, set.Meta)
		}
		conv, err := set.Get("down_blocks.0.resnets.0.conv1.weight", []int{4, 32, 3, 3})
		if err != nil {
			t.Fatal(err)
		}
		if conv.Type != want {
			t.Errorf("%s: the convolution is %v", typ, conv.Type)
		}
		step := map[string]float64{"q8_0": 1.0 / 250, "q4_0": 1.0 / 7.9, "f16": 1.0 / 2048, "f32": 0}[typ]
		for i, v := range conv.Torch() {
			if x := float64(float32(i%255-127) / 127); math.Abs(float64(v)-x) > step {
				t.Fatalf("%s: value %d is %v, want %v within %v", typ, i, v, x, step)
			}
		}
		if _, err := set.Get("mid_block.attentions.0.to_q.weight", []int{3, 33}); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
		if strings.HasPrefix(typ, "q") && (!strings.Contains(out, "rows of 33 values") || !strings.Contains(out, "first convolution")) {
			t.Errorf("%s: the report does not say what was kept:\n%s", typ, out)
		}
	}
}

// The two forms of input give the same file.
func TestConvertFile(t *testing.T) {
	dir, out := checkpoint(t), t.TempDir()
	a, b := filepath.Join(out, "a.gguf"), filepath.Join(out, "b.gguf")
	mustRun(t, "convert", "--in", dir, "--out", a)
	mustRun(t, "convert", "--in", filepath.Join(dir, "diffusion_pytorch_model.safetensors"),
		"--config", filepath.Join(dir, "config.json"), "--scheduler", filepath.Join(dir, "scheduler_config.json"), "--out", b)
	first, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("a folder and its files give different models")
	}
}

// A model converted to safetensors has the values its blocks expand to.
func TestConvertToSafetensors(t *testing.T) {
	dir, out := checkpoint(t), t.TempDir()
	model, expanded := filepath.Join(out, "m.gguf"), filepath.Join(out, "m.safetensors")
	mustRun(t, "convert", "--in", dir, "--type", "q4_0", "--out", model)
	mustRun(t, "convert", "--in", model, "--type", "f32", "--out", expanded)
	data, err := os.ReadFile(expanded)
	if err != nil {
		t.Fatal(err)
	}
	f, err := safetensors.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	set := readModel(t, model)
	for _, name := range set.Names() {
		got, err := f.Lookup(name).Float32s()
		if err != nil || !slices.Equal(got, set.Lookup(name).Torch()) {
			t.Errorf("%s differs (%v)", name, err)
		}
	}
}

// What fails leaves neither a new output nor a temporary file, and keeps the old one.
func TestConvertLeavesNothingHalfWritten(t *testing.T) {
	dir := checkpoint(t)
	broken := filepath.Join(t.TempDir(), "broken.safetensors")
	if err := os.WriteFile(broken, []byte("not a model"), 0o644); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "config.json")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"unknown type":   {[]string{"--in", dir, "--type", "q5_0"}, `--type: unknown type "q5_0"`},
		"no config":      {[]string{"--in", filepath.Join(dir, "diffusion_pytorch_model.safetensors")}, "--config is missing"},
		"no model":       {[]string{"--in", broken}, "neither a GGUF nor a safetensors file"},
		"broken model":   {[]string{"--in", broken, "--config", config}, broken},
		"broken config":  {[]string{"--in", dir, "--config", broken}, "not a JSON object"},
		"missing input":  {[]string{"--in", filepath.Join(dir, "absent")}, "absent"},
		"no input":       {nil, `"in"`},
		"stray argument": {[]string{"--in", dir, "more"}, "more"},
	} {
		out := t.TempDir()
		path := filepath.Join(out, "m.gguf")
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := execute(t, append([]string{"convert", "--out", path}, c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %s", name, err, c.want)
		}
		checkOnly(t, name, path, "old")
	}
}
