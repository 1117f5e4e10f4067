package main

import (
	"encoding/binary"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"unnoise/model/rng"
	"unnoise/model/safetensors"
	"unnoise/model/unet/unettest"
)

// inputs are those of a golden as a file of forward has them.
func inputs(golden unettest.Golden) []safetensors.Tensor {
	n, c := golden.Shape[0], 1
	sample := make([]float32, n*c*golden.Size[0]*golden.Size[1])
	rng.ForName(0, "input.sample").Normal(sample)
	out := []safetensors.Tensor{
		safetensors.FromFloat32("sample", []int{n, c, golden.Size[0], golden.Size[1]}, sample),
		safetensors.FromFloat32("timestep", []int{n}, golden.Timestep),
	}
	if len(golden.ClassLabels) > 0 {
		labels := make([]int64, len(golden.ClassLabels))
		for k, v := range golden.ClassLabels {
			labels[k] = int64(v)
		}
		shape := []int{n}
		if each := len(labels) / n; each > 1 {
			shape = append(shape, each)
		}
		out = append(out, safetensors.FromInt64("class_labels", shape, labels))
	}
	return out
}

// maxRelative is what the executor of this build may differ from diffusers.
func maxRelative() float64 {
	if runtime.GOOS == "js" {
		return 3e-5 // WebGPU
	}
	return 1e-5 // CPU
}

// Golden outputs: tools/golden/unet.py, diffusers in float64.
func TestForwardEqualsDiffusers(t *testing.T) {
	for _, name := range []string{"fashion", "learned_no_middle", "attributes"} {
		golden, err := unettest.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in.safetensors"), filepath.Join(dir, "out.safetensors")
		if err := writeSafetensors(in, inputs(golden)...); err != nil {
			t.Fatal(err)
		}
		mustRun(t, "forward", "--model", goldenModel(t, name, "{}", nil), "--in", in, "--out", out)
		got := floats(t, tensors(t, out), "sample", golden.Shape[:]...)
		var difference, size float64
		for i, want := range golden.Output {
			d := float64(got[i]) - float64(want)
			difference += d * d
			size += float64(want) * float64(want)
		}
		if relative := math.Sqrt(difference / size); !(relative <= maxRelative()) {
			t.Errorf("%s: relative error %.2g", name, relative)
		}
	}
}

func TestForwardOneTimestepForAll(t *testing.T) {
	model := tinyModel(t)
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.safetensors"), filepath.Join(dir, "out.safetensors")
	x := make([]float32, 2*8*8)
	rng.New(1).Normal(x)
	forward := func(timestep safetensors.Tensor) []float32 {
		t.Helper()
		if err := writeSafetensors(in, safetensors.FromFloat32("sample", []int{2, 1, 8, 8}, x), timestep); err != nil {
			t.Fatal(err)
		}
		mustRun(t, "forward", "--model", model, "--in", in, "--out", out)
		return floats(t, tensors(t, out), "sample", 2, 1, 8, 8)
	}
	each := forward(safetensors.FromFloat32("timestep", []int{2}, []float32{7, 7}))
	if !slices.Equal(each, forward(safetensors.FromInt64("timestep", nil, []int64{7}))) {
		t.Error("one timestep for all gives another answer")
	}
	if slices.Equal(each, forward(safetensors.FromInt64("timestep", nil, []int64{8}))) {
		t.Error("the timestep does not matter")
	}
}

// Labels are whole numbers of either size; which one does not change the answer.
func TestForwardLabelTypes(t *testing.T) {
	golden, err := unettest.Load("attributes")
	if err != nil {
		t.Fatal(err)
	}
	model := goldenModel(t, "attributes", "{}", nil)
	given := inputs(golden)
	narrow := slices.Clone(given)
	labels, err := narrow[2].Int64s()
	if err != nil {
		t.Fatal(err)
	}
	narrow[2].DType, narrow[2].Data = safetensors.I32, nil
	for _, v := range labels {
		narrow[2].Data = binary.LittleEndian.AppendUint32(narrow[2].Data, uint32(v))
	}
	dir := t.TempDir()
	answer := func(name string, given []safetensors.Tensor) []float32 {
		in, out := filepath.Join(dir, name), filepath.Join(dir, "out-"+name)
		if err := writeSafetensors(in, given...); err != nil {
			t.Fatal(err)
		}
		mustRun(t, "forward", "--model", model, "--in", in, "--out", out)
		return floats(t, tensors(t, out), "sample", golden.Shape[:]...)
	}
	if !slices.Equal(answer("i64.safetensors", given), answer("i32.safetensors", narrow)) {
		t.Error("labels as I32 give another answer than as I64")
	}
}

func TestForwardErrors(t *testing.T) {
	golden, err := unettest.Load("fashion")
	if err != nil {
		t.Fatal(err)
	}
	model, tiny := goldenModel(t, "fashion", "{}", nil), tinyModel(t)
	good := inputs(golden)
	n := golden.Shape[0]
	for name, c := range map[string]struct {
		model string
		in    []safetensors.Tensor
		want  string
	}{
		"no sample":    {model, good[1:], `"sample"`},
		"no timestep":  {model, []safetensors.Tensor{good[0], good[2]}, `"timestep"`},
		"no labels":    {model, good[:2], `"class_labels"`},
		"flat sample":  {model, []safetensors.Tensor{safetensors.FromFloat32("sample", []int{4}, make([]float32, 4)), good[1]}, "[N, C, H, W]"},
		"channels":     {model, []safetensors.Tensor{safetensors.FromFloat32("sample", []int{1, 3, 32, 32}, make([]float32, 3072)), good[1], good[2]}, "3 channels"},
		"size":         {model, []safetensors.Tensor{safetensors.FromFloat32("sample", []int{1, 1, 9, 32}, make([]float32, 288)), good[1], good[2]}, "9×32"},
		"no pictures":  {model, []safetensors.Tensor{safetensors.FromFloat32("sample", []int{0, 1, 32, 32}, nil), good[1], good[2]}, "0 pictures"},
		"timesteps":    {model, []safetensors.Tensor{good[0], safetensors.FromFloat32("timestep", []int{5}, make([]float32, 5)), good[2]}, `"timestep"`},
		"label":        {model, []safetensors.Tensor{good[0], good[1], safetensors.FromInt64("class_labels", []int{n}, slices.Repeat([]int64{11}, n))}, "0 to 10"},
		"labels alike": {model, []safetensors.Tensor{good[0], good[1], safetensors.FromInt64("class_labels", nil, []int64{3})}, `"class_labels"`},
		"label's type": {model, []safetensors.Tensor{good[0], good[1], safetensors.FromFloat32("class_labels", []int{n}, make([]float32, n))}, `"class_labels" is F32, expected I64 or I32`},
		"misspelt":     {model, append(slices.Clone(good), safetensors.FromFloat32("encoder", []int{1}, []float32{1})), `"encoder"`},
		"labels without classes": {tiny, []safetensors.Tensor{
			safetensors.FromFloat32("sample", []int{1, 1, 8, 8}, make([]float32, 64)),
			safetensors.FromFloat32("timestep", []int{1}, []float32{1}),
			safetensors.FromInt64("class_labels", []int{1}, []int64{0})}, `"class_labels"`},
	} {
		dir := t.TempDir()
		in, out := filepath.Join(dir, "in.safetensors"), filepath.Join(dir, "out.safetensors")
		if err := writeSafetensors(in, c.in...); err != nil {
			t.Fatal(err)
		}
		_, err := execute(t, "forward", "--model", c.model, "--in", in, "--out", out)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), in) {
			t.Errorf("%s: error %v, want one that names the file and says %s", name, err, c.want)
		}
	}
	if _, err := execute(t, "forward", "--model", "forward_test.go", "--in", "x", "--out", "y"); err == nil || !strings.Contains(err.Error(), "not a GGUF file") {
		t.Error("a model that is no model:", err)
	}
}
