package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"unnoise/model/safetensors"
)

// Golden bits/dim of real pictures under a shipped network: tools/golden/bits_per_dim.py,
// PyTorch's network and gradients in float32 and SciPy's solver, with torch's noise.
//
//go:embed testdata/bits_per_dim.json
var goldenBits []byte

// TestLikelihoodEqualsPyTorch: within .02 bits/dim, and nearer than one probe is from another.
// The whole test split's first 256 are tools/train/compare_likelihood.py's.
func TestLikelihoodEqualsPyTorch(t *testing.T) {
	var golden struct {
		Model, SHA256  string
		Pictures       []int
		Seed           uint64
		Tolerance, Eps float64
		Bits           []float64 `json:"bits_per_dim"`
	}
	if err := json.Unmarshal(goldenBits, &golden); err != nil {
		t.Fatal(err)
	}
	const site = "../../web"
	model := filepath.Join(site, "models", golden.Model+".gguf")
	file, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != golden.SHA256 {
		t.Fatalf("%s is not the one that the figures are of: run tools/golden/bits_per_dim.py", model)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.safetensors"), filepath.Join(dir, "out.safetensors")
	const side = 28
	if err := writeSafetensors(in, safetensors.FromFloat32(sampleName, []int{len(golden.Pictures), 1, side, side}, garments(t, site, golden.Pictures))); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "likelihood", "--quiet", "--model", model, "--in", in, "--out", out, "--dequantize", "--seed", fmt.Sprint(golden.Seed),
		"--tolerance", fmt.Sprint(golden.Tolerance), "--eps", fmt.Sprint(golden.Eps))
	for k, got := range floats(t, tensors(t, out), "bits_per_dim", len(golden.Bits)) {
		if want := golden.Bits[k]; !(math.Abs(float64(got)-want) <= 2e-3) {
			t.Errorf("picture %d has %.4f bits/dim, PyTorch finds %.4f", golden.Pictures[k], got, want)
		}
	}
}

// garments are pictures of the site's Fashion sheet without the margin that makes them 32 × 32,
// from 0 to 1, by number.
func garments(t *testing.T, site string, which []int) []float32 {
	t.Helper()
	var sheet struct {
		File                   string
		Width, Height, Columns int
	}
	text, err := os.ReadFile(filepath.Join(site, "data", "fashion.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &sheet); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(site, "data", sheet.File))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	img, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	const margin = 2
	var out []float32
	for _, k := range which {
		left, top := k%sheet.Columns*sheet.Width, k/sheet.Columns*sheet.Height
		for y := margin; y < sheet.Height-margin; y++ {
			for x := margin; x < sheet.Width-margin; x++ {
				out = append(out, float32(color.GrayModel.Convert(img.At(left+x, top+y)).(color.Gray).Y)/255)
			}
		}
	}
	return out
}
