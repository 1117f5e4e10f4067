package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/gguf"
	"unnoise/model/safetensors"
	"unnoise/model/unet/unettest"
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

func TestWriteFileKeepsOldOnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	err := writeFile(path, func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 3<<20)); err != nil {
			return err
		}
		return full
	})
	if !errors.Is(err, full) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v, want %v with the path", err, full)
	}
	checkOnly(t, "failing write", path, "old")
	if err := writeFile(path, func(w io.Writer) error { _, err := io.WriteString(w, "new"); return err }); err != nil {
		t.Fatal(err)
	}
	checkOnly(t, "write", path, "new")
}

// checkOnly requires that path has that text and no other file beside it.
func checkOnly(t *testing.T, name, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s: the output is %q, %v, want %q", name, got, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%s: %d files beside the output, %v, want none", name, len(entries)-1, err)
	}
}

func TestInspect(t *testing.T) {
	dir := checkpoint(t)
	path := filepath.Join(t.TempDir(), "m.gguf")
	mustRun(t, "convert", "--in", dir, "--out", path, "--name", "Small")

	text := mustRun(t, "inspect", path)
	for _, part := range []string{"GGUF v3", "4 tensors", `"Small"`, `"_class_name": "UNet2DConditionModel"`, "[4 32 3 3]", "Q8_0", "rows of 33 values, not a multiple of 32", "first convolution", "norm or bias"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect does not print %q:\n%s", part, text)
		}
	}

	var found inspection
	if err := json.Unmarshal([]byte(mustRun(t, "inspect", "--json", path)), &found); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if found.SizeBytes != int(info.Size()) || len(found.Tensors) != 4 || found.Metadata["general.name"] != "Small" {
		t.Errorf("inspect --json: %+v", found)
	}
	values := 0
	for _, total := range found.Totals {
		values += total.Values
	}
	if values != 288+1152+4+99 {
		t.Errorf("%d values in all, want %d", values, 288+1152+4+99)
	}

	text = mustRun(t, "inspect", filepath.Join(dir, "diffusion_pytorch_model.safetensors"))
	for _, part := range []string{"safetensors", "mid_block.attentions.0.query.weight", "[3 33]", "F32"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect of safetensors does not print %q:\n%s", part, text)
		}
	}
	if _, err := execute(t, "inspect", filepath.Join(dir, "config.json")); err == nil || !strings.Contains(err.Error(), "config.json: neither a GGUF nor a safetensors file") {
		t.Errorf("inspect of another file: %v", err)
	}
}

// A GGUF file that is no model of ours is shown as it describes itself.
func TestInspectForeignGGUF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign.gguf")
	file := []byte("GGUF\x03\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00" +
		"\x14\x00\x00\x00\x00\x00\x00\x00general.architecture" + "\x08\x00\x00\x00" + "\x05\x00\x00\x00\x00\x00\x00\x00llama")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	text := mustRun(t, "inspect", path)
	for _, part := range []string{`"llama"`, "not a model this program can run", "unnoise.config"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect does not print %q:\n%s", part, text)
		}
	}
}

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
