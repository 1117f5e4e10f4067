package main

import (
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/gguf"
	"unnoise/model/noisy/noisytest"
)

// greyPNG writes a grey picture.
func greyPNG(t *testing.T, w, h int, at func(x, y int) uint8) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{Y: at(x, y)})
		}
	}
	path := filepath.Join(t.TempDir(), "grey.png")
	if err := writeFile(path, func(w io.Writer) error { return png.Encode(w, img) }); err != nil {
		t.Fatal(err)
	}
	return path
}

// classifier writes a network of three classes of pictures of one channel.
func classifier(t *testing.T) string {
	t.Helper()
	golden, err := noisytest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	golden.Config = json.RawMessage(strings.Replace(string(golden.Config), `"in_channels": 3`, `"in_channels": 1`, 1))
	golden.Config = json.RawMessage(strings.Replace(string(golden.Config), `"sample_size": 0`, `"sample_size": 8`, 1))
	for i, p := range golden.Parameters {
		if slices.Equal(p.Shape, []int{8, 3, 3, 3}) {
			golden.Parameters[i].Shape = []int{8, 1, 3, 3}
		}
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "classifier.gguf")
	if err := writeFile(path, func(w io.Writer) error { return gguf.Write(w, set) }); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSampleKeepsWhatIsKnown: the half of the picture that the mask shows.
func TestSampleKeepsWhatIsKnown(t *testing.T) {
	model := sdeModel(t, subVP)
	known := greyPNG(t, 8, 8, func(x, y int) uint8 { return uint8(30*x + y) })
	mask := greyPNG(t, 8, 8, func(x, _ int) uint8 { return uint8(255 * (x / 4)) })
	xs := sampled(t, model, 2, "--n", "2", "--sampler", "pc", "--steps", "24", "--known", known, "--mask", mask)
	free := 0.
	for i, v := range xs {
		x, y := i%8, i/8%8
		off := math.Abs(float64(v) - (float64(30*x+y)/127.5 - 1))
		if x >= 4 && off > 1e-3 {
			t.Errorf("the known value at %d, %d is off by %.3g", x, y, off)
		}
		if x < 4 {
			free += off
		}
	}
	if free < 1 {
		t.Error("the wanted values are those that were hidden")
	}
}

// TestSampleTowardsAClass: the classifier's gradient moves the picture, each class its way.
func TestSampleTowardsAClass(t *testing.T) {
	model, guide := sdeModel(t, subVP), classifier(t)
	args := []string{"--sampler", "euler-maruyama", "--steps", "24"}
	free := sampled(t, model, 1, args...)
	args = append(args, "--classifier", guide, "--class")
	first, second := sampled(t, model, 1, append(args, "0")...), sampled(t, model, 1, append(args, "2")...)
	if slices.Equal(free, first) || slices.Equal(first, second) {
		t.Error("two of three pictures are the same: without a class and of two")
	}
	if !slices.Equal(free, sampled(t, model, 1, append(args, "1", "--classifier-scale", "0")...)) {
		t.Error("a classifier of scale 0 moves the picture")
	}
}

func TestConstraintErrors(t *testing.T) {
	model := sdeModel(t, subVP)
	known, small := greyPNG(t, 8, 8, func(x, y int) uint8 { return 9 }), greyPNG(t, 7, 8, func(x, y int) uint8 { return 9 })
	out := filepath.Join(t.TempDir(), "x.png")
	for _, c := range []struct {
		want string
		args []string
	}{
		{"one is missing", []string{"--sampler", "pc", "--known", known}},
		{"one is missing", []string{"--sampler", "pc", "--mask", known}},
		{"7×8, the model's pictures are 8×8", []string{"--sampler", "pc", "--known", known, "--mask", small}},
		{"neither --known nor --mask", []string{"--sampler", "pc", "--known", known, "--grey", known}},
		{"pictures of 3 channels", []string{"--sampler", "pc", "--grey", known}},
		{"--known means nothing", []string{"--sampler", "rk45", "--known", known}},
		{"no classifier", []string{"--sampler", "pc", "--classifier", model, "--class", "1"}},
		{"of --classifier, which is missing", []string{"--sampler", "pc", "--classifier-scale", "2"}},
		{"--guidance means nothing with --classifier", []string{"--sampler", "pc", "--classifier", classifier(t), "--class", "1", "--guidance", "3"}},
		{"--attribute means nothing with --classifier", []string{"--sampler", "pc", "--classifier", classifier(t), "--class", "1", "--attribute", "hair=bob"}},
		{"say one with --class", []string{"--sampler", "pc", "--classifier", classifier(t)}},
		{"class 3 of 3", []string{"--sampler", "pc", "--classifier", classifier(t), "--class", "3"}},
	} {
		_, err := execute(t, append([]string{"sample", "--model", model, "--out", out}, c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, want one that says %s", c.args, err, c.want)
		}
	}
}
