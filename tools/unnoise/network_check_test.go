package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/safetensors"
	"unnoise/model/unet/unettest"
)

// Weights that are not the network of their config are refused, and named.
func TestConvertChecksTheNetwork(t *testing.T) {
	golden, err := unettest.Load("learned_no_middle")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		spoil func(tensors map[string]safetensors.Tensor)
		old   string // in the config
		new   string
		want  string
	}{
		"as it is": {},
		"no tensor": {spoil: func(tensors map[string]safetensors.Tensor) { delete(tensors, "conv_in.weight") },
			want: `"conv_in.weight" is missing`},
		"another shape": {spoil: func(tensors map[string]safetensors.Tensor) {
			tensors["conv_in.bias"] = safetensors.FromFloat32("conv_in.bias", []int{9}, make([]float32, 9))
		}, want: `"conv_in.bias" has shape [9], expected [8]`},
		"another block":  {old: `"AttnDownBlock2D"`, new: `"SkipDownBlock2D"`, want: "SkipDownBlock2D"},
		"another config": {old: `"layers_per_block": 1`, new: `"layers_per_block": 2`, want: "is missing"},
		"no pictures":    {old: `"sample_size": 8`, new: `"sample_size": null`}, // forward takes any
	} {
		config := string(golden.Config)
		if c.old != "" {
			if !strings.Contains(config, c.old) {
				t.Fatalf("%s: the config has no %s: %s", name, c.old, config)
			}
			config = strings.Replace(config, c.old, c.new, 1)
		}
		set, err := golden.Weights()
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]safetensors.Tensor{}
		for _, tensor := range safetensors.FromWeights(set).Tensors {
			byName[tensor.Name] = tensor
		}
		if c.spoil != nil {
			c.spoil(byName)
		}
		dir := t.TempDir()
		if err := writeSafetensors(filepath.Join(dir, "diffusion_pytorch_model.safetensors"), slices.Collect(maps.Values(byName))...); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "m.gguf")
		_, err = execute(t, "convert", "--in", dir, "--out", out)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", name, err, c.want)
		}
		if _, statErr := os.Stat(out); (statErr == nil) != (err == nil) {
			t.Errorf("%s: the model was written: %v", name, statErr == nil)
		}
	}
}

// Tensors that the network does not read are refused by name, or left out where asked, and
// then the model is the same as of a checkpoint without them.
func TestConvertUnreadTensors(t *testing.T) {
	golden, err := unettest.Load("learned_no_middle")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	tensors := safetensors.FromWeights(set).Tensors
	dir := t.TempDir()
	config := filepath.Join(dir, "config.json")
	if err := os.WriteFile(config, golden.Config, 0o644); err != nil {
		t.Fatal(err)
	}
	write := func(name string, more ...string) string {
		path := filepath.Join(dir, name)
		all := slices.Clone(tensors)
		for _, name := range more {
			all = append(all, safetensors.FromFloat32(name, []int{2}, []float32{1, 2}))
		}
		if err := writeSafetensors(path, all...); err != nil {
			t.Fatal(err)
		}
		return path
	}
	out := filepath.Join(dir, "m.gguf")
	convert := func(in string, flags ...string) (string, error) {
		return execute(t, append([]string{"convert", "--config", config, "--in", in, "--out", out}, flags...)...)
	}
	for want, in := range map[string]string{
		`does not read tensor "ema.decay"`:                             write("one.safetensors", "ema.decay"),
		`does not read 2 of the tensors, the first is "conv_out.gain"`: write("two.safetensors", "ema.decay", "conv_out.gain"),
	} {
		if _, err := convert(in); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), in) {
			t.Errorf("error %v, want one that says %q and %s", err, want, in)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%s: a model was written", in)
		}
	}
	if _, err := convert(write("clean.safetensors")); err != nil {
		t.Fatal(err)
	}
	clean, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	text, err := convert(filepath.Join(dir, "two.safetensors"), "--drop-unread")
	if err != nil || !strings.Contains(text, "conv_out.gain, ema.decay") {
		t.Errorf("with --drop-unread: %v, and it says %q", err, text)
	}
	if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, clean) {
		t.Errorf("with --drop-unread the model is not that of the tensors that are read (%v)", err)
	}
}
