package main

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/rng"
	"unnoise/model/safetensors"
)

// sdeModel is tinyModel's network as that of an SDE.
func sdeModel(t *testing.T, scheduler string) string {
	t.Helper()
	return goldenModel(t, "learned_no_middle", scheduler, nil)
}

const subVP = `{"_class_name":"ScoreSdeSubVpScheduler"}`

// Every sampler of scores draws where it fits, the same again for the same seed, and says
// where it does not.
func TestSamplersOfScores(t *testing.T) {
	fitting := map[string]map[string]bool{
		`{"_class_name":"ScoreSdeVeScheduler","sigma_max":5,"label":"999t"}`: {"pc": true, "reverse-diffusion": true, "euler-maruyama": true, "ancestral": true, "rk45": true},
		`{"_class_name":"ScoreSdeVpScheduler"}`:                              {"pc": true, "reverse-diffusion": true, "euler-maruyama": true, "ancestral": true, "rk45": true},
		subVP:                                                                {"pc": true, "reverse-diffusion": true, "euler-maruyama": true, "rk45": true},
		`{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":3,"step":2e-5}`: {"annealed-langevin": true},
	}
	for scheduler, fits := range fitting {
		model := sdeModel(t, scheduler)
		drawn := map[string][]float32{}
		for _, name := range scoreSamplers {
			args := []string{"--sampler", name, "--seed", "3"}
			if slices.Contains(readBy["steps"], name) {
				args = append(args, "--steps", "24")
			}
			if name == samplerRK45 {
				args = append(args, "--tolerance", "0.05")
			}
			raw := filepath.Join(t.TempDir(), "x.safetensors")
			if _, err := execute(t, append([]string{"sample", "--quiet", "--model", model, "--raw", raw}, args...)...); (err == nil) != fits[name] {
				t.Errorf("%s, %s: error %v", scheduler, name, err)
			}
			if !fits[name] {
				continue
			}
			x := sampled(t, model, 1, args...)
			if !slices.Equal(x, floats(t, tensors(t, raw), "sample", 1, 1, 8, 8)) {
				t.Errorf("%s, %s: another picture for the same seed", scheduler, name)
			}
			for other, y := range drawn {
				if slices.Equal(x, y) {
					// Without its own discretisation sub-VP has one predictor under two names.
					if scheduler != subVP || name != "euler-maruyama" || other != "reverse-diffusion" {
						t.Errorf("%s: %s and %s draw the same picture", scheduler, name, other)
					}
				}
			}
			drawn[name] = x
		}
	}
}

func TestSamplersOfScoresErrors(t *testing.T) {
	ve, ddpm := sdeModel(t, `{"_class_name":"ScoreSdeVeScheduler"}`), tinyModel(t)
	out := filepath.Join(t.TempDir(), "x.png")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"rk45", []string{"--model", ve, "--sampler", "ddim", "--guidance", "1"}},
		{"sub-VP", []string{"--model", sdeModel(t, subVP), "--sampler", "ancestral"}},
		{"--snr means nothing", []string{"--model", ve, "--sampler", "rk45", "--snr", "0.1"}},
		{"--eta means nothing", []string{"--model", ve, "--sampler", "pc", "--eta", "1"}},
		{"--tolerance means nothing", []string{"--model", ddpm, "--sampler", "ddim", "--tolerance", "1e-3"}},
		{"--eta means nothing", []string{"--model", ddpm, "--sampler", "ddpm", "--eta", "1"}},
		{"--variance means nothing", []string{"--model", ddpm, "--sampler", "ddim", "--variance", "fixed_large"}},
		{"--spacing means nothing", []string{"--model", ddpm, "--sampler", "ddim", "--spacing", "karras"}},
		{"no predictor", []string{"--model", ve, "--sampler", "pc", "--predictor", "magic"}},
		{"no corrector", []string{"--model", ve, "--sampler", "pc", "--corrector", "magic"}},
		{"signal-to-noise", []string{"--model", ve, "--sampler", "pc", "--snr", "-1"}},
		{"last time", []string{"--model", ve, "--sampler", "pc", "--eps", "2"}},
		{"--snr is of a corrector", []string{"--model", ve, "--sampler", "pc", "--corrector", "none", "--snr", "0.1"}},
		{"--corrector-steps are of a corrector", []string{"--model", ve, "--sampler", "pc", "--corrector", "none", "--corrector-steps", "2"}},
		{"last time", []string{"--model", ve, "--sampler", "rk45", "--eps", "1"}},
		{"--tolerance -1", []string{"--model", ve, "--sampler", "rk45", "--tolerance", "-1"}},
		{"--tolerance 0", []string{"--model", ve, "--sampler", "rk45", "--tolerance", "0"}},
		{"--classifier-scale NaN", []string{"--model", ve, "--sampler", "pc", "--classifier", ve, "--class", "1", "--classifier-scale", "nan"}},
		{"annealed Langevin", []string{"--model", ve, "--sampler", "annealed-langevin"}},
		{"number of pictures", []string{"--model", ve, "--sampler", "pc", "--n", "0"}},
		{"no classes", []string{"--model", ve, "--sampler", "pc", "--class", "3"}},
	} {
		_, err := execute(t, append([]string{"sample", "--out", out}, c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %s", c.args, err, c.want)
		}
	}
}

// picturesFile writes n pictures of noise of a deviation.
func picturesFile(t *testing.T, n, size int, std float32) string {
	t.Helper()
	return pictureFile(t, n, size, func(z float32) float32 { return std * z })
}

// levelsFile writes n pictures of noise in 256 levels between −1 and 1.
func levelsFile(t *testing.T, n, size int) string {
	t.Helper()
	return pictureFile(t, n, size, func(z float32) float32 {
		return float32(max(0, min(255, math.Round(127.5+64*float64(z))))/127.5 - 1)
	})
}

// pictureFile writes n pictures of values made of normal numbers.
func pictureFile(t *testing.T, n, size int, of func(z float32) float32) string {
	t.Helper()
	xs := make([]float32, n*size*size)
	rng.New(7).Normal(xs)
	for i := range xs {
		xs[i] = of(xs[i])
	}
	path := filepath.Join(t.TempDir(), "pictures.safetensors")
	if err := writeSafetensors(path, safetensors.FromFloat32("sample", []int{n, 1, size, size}, xs)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestLikelihoodCommand: every picture has its figure, the same in a batch of its own but
// for the tolerance, and their mean; another probe another; pictures that are noise are as
// improbable as it is large.
func TestLikelihoodCommand(t *testing.T) {
	model, in := sdeModel(t, subVP), picturesFile(t, 2, 8, .5)
	out := filepath.Join(t.TempDir(), "bits.safetensors")
	figures := func(in string, args ...string) []float32 {
		text, err := execute(t, append([]string{"likelihood", "--quiet", "--model", model, "--in", in, "--out", out, "--tolerance", "1e-3", "--eps", "0.4"}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, "Picture 1: ") || !strings.Contains(text, "Mean: ") {
			t.Errorf("it prints %q", text)
		}
		f := tensors(t, out)
		bits, logP := floats(t, f, "bits_per_dim", 2), floats(t, f, "log_p", 2)
		for k := range bits {
			if want := 7 - float64(logP[k])/math.Ln2/64; math.Abs(float64(bits[k])-want) > 1e-4 {
				t.Errorf("picture %d has %g bits/dim and log p = %g", k, bits[k], logP[k])
			}
		}
		floats(t, f, "latent", 2, 1, 8, 8)
		return bits
	}
	together := figures(in)
	alone := figures(in, "--batch", "1")
	other := figures(in, "--seed", "9")
	several := figures(in, "--probes", "3", "--probe", "normal")
	levels := levelsFile(t, 2, 8)
	flat, spread := figures(levels), figures(levels, "--dequantize")
	for k, b := range flat {
		if v := spread[k]; v == b || math.Abs(float64(v-b)) > 1 {
			t.Errorf("picture %d: %.4f bits/dim of levels, %.4f spread", k, b, v)
		}
	}
	for k, b := range together {
		if math.Abs(float64(b-alone[k])) > .02 {
			t.Errorf("picture %d: %.4f bits/dim in company and %.4f alone", k, b, alone[k])
		}
		for what, v := range map[string]float32{"seed": other[k], "probes": several[k]} {
			if v == b || math.Abs(float64(v-b)) > 3 {
				t.Errorf("picture %d: %.4f bits/dim, and with another %s %.4f", k, b, what, v)
			}
		}
	}
	if loud := figures(picturesFile(t, 2, 8, 40)); loud[0] < together[0]+1 {
		t.Errorf("noise of 80 times the deviation has %.2f bits/dim, not much more than %.2f", loud[0], together[0])
	}
}

func TestLikelihoodErrors(t *testing.T) {
	model, in := sdeModel(t, subVP), picturesFile(t, 1, 8, 1)
	broken := pictureFile(t, 2, 8, func(float32) float32 { return float32(math.NaN()) })
	for _, c := range []struct {
		want string
		args []string
	}{
		{"pictures of [1 7 7]", []string{"--model", model, "--in", picturesFile(t, 1, 7, 1)}},
		{"signs", []string{"--model", model, "--in", in, "--probe", "magic"}},
		{"at least 1", []string{"--model", model, "--in", in, "--probes", "0"}},
		{"picture 0 has the value NaN", []string{"--model", model, "--in", broken}},
		{"none of 256 levels", []string{"--model", model, "--in", in, "--dequantize"}},
		{"below 1", []string{"--model", model, "--in", in, "--eps", "1"}},
		{"--tolerance -1", []string{"--model", model, "--in", in, "--tolerance", "-1"}},
		{"--tolerance 0", []string{"--model", model, "--in", in, "--tolerance", "0"}},
		{"--tolerance +Inf", []string{"--model", model, "--in", in, "--tolerance", "inf"}},
		{"--eps 0", []string{"--model", model, "--in", in, "--eps", "0"}},
		{"above 0", []string{"--model", model, "--in", in, "--eps", "-1"}},
		{"no classes", []string{"--model", model, "--in", in, "--class", "3"}},
		{"annealed-langevin", []string{"--model", sdeModel(t, `{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":3,"step":2e-5}`), "--in", in}},
		{"no safetensors file", []string{"--model", model, "--in", model}},
	} {
		_, err := execute(t, append([]string{"likelihood"}, c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %s", c.args, err, c.want)
		}
	}
}
