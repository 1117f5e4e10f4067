package main

import (
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/run"
)

// Golden pictures: tools/golden/samples.py, diffusers' networks in float64 with
// torch's noise and guidance.
//
//go:embed testdata/samples.json
var goldenSamples []byte

func TestSampleEqualsPyTorch(t *testing.T) {
	var runs []struct {
		Model, Sampler, Variance string
		T, Steps, N              int
		Seed                     uint64
		Eta, Guidance            float64
		Label                    *int
		Shape                    []int
		Sample                   string
	}
	if err := json.Unmarshal(goldenSamples, &runs); err != nil {
		t.Fatal(err)
	}
	if len(runs) == 0 {
		t.Fatal("no runs")
	}
	for i, r := range runs {
		model := goldenModel(t, r.Model, fmt.Sprintf(`{"num_train_timesteps":%d}`, r.T), nil)
		raw := filepath.Join(t.TempDir(), "x.safetensors")
		args := []string{"sample", "--quiet", "--model", model, "--raw", raw, "--sampler", r.Sampler,
			"--steps", strconv.Itoa(r.Steps), "--n", strconv.Itoa(r.N), "--seed", strconv.FormatUint(r.Seed, 10)}
		if r.Sampler == run.DDIM {
			args = append(args, "--eta", fmt.Sprint(r.Eta))
		}
		if r.Variance != "" {
			args = append(args, "--variance", r.Variance)
		}
		if r.Label != nil {
			args = append(args, "--class", strconv.Itoa(*r.Label), "--guidance", fmt.Sprint(r.Guidance))
		}
		mustRun(t, args...)
		got := floats(t, tensors(t, raw), "sample", r.Shape...)
		want, err := base64.StdEncoding.DecodeString(r.Sample)
		if err != nil || len(want) != 4*len(got) {
			t.Fatalf("run %d: %d bytes for %d values (%v)", i, len(want), len(got), err)
		}
		var most float64
		for k, v := range got {
			w := math.Float32frombits(binary.LittleEndian.Uint32(want[4*k:]))
			most = max(most, math.Abs(float64(v-w)))
		}
		t.Logf("run %d: largest difference %.2g", i, most)
		schedule, err := diffusion.Linear(r.T, 1e-4, 0.02)
		if err != nil {
			t.Fatal(err)
		}
		// x̂_0 of the first step divides the network's rounding by √ᾱ.
		tolerance := 1e-5 / math.Sqrt(schedule.AlphaBar[r.T-1])
		if !(most <= tolerance) {
			t.Errorf("run %d (%s, %s): differs by %v from PyTorch, more than %v", i, r.Model, r.Sampler, most, tolerance)
		}
	}
}
