//go:build js && wasm

package gpu_test

import (
	"strings"
	"testing"
	"time"

	"unnoise/model/gpu"
	"unnoise/shaders"
)

// TestTune measures every shape of a small network in each precision.
func TestTune(t *testing.T) {
	dev := open(t)
	g := small(t)
	precisions := []gpu.Precision{gpu.F32}
	if dev.Features.ShaderF16 {
		precisions = append(precisions, gpu.F16)
	}
	for _, precision := range precisions {
		shapes, err := gpu.Shapes(dev, g, precision)
		if err != nil {
			t.Fatal(err)
		}
		tuned, err := gpu.Tune(t.Context(), dev, g, gpu.TuneOptions{Budget: 3 * time.Minute, Precision: precision})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(precision, tuned)
		if tuned.Shapes != len(shapes) {
			t.Errorf("%v: %d of %d shapes measured in three minutes", precision, tuned.Shapes, len(shapes))
		}
		if tuned.Tuned > tuned.Default || len(tuned.Choices) > 0 && tuned.Tuned == tuned.Default {
			t.Errorf("%v: a step took %v by default, %v with %v", precision, tuned.Default, tuned.Tuned, tuned.Choices)
		}
		spent, err := gpu.Tune(t.Context(), dev, g, gpu.TuneOptions{Precision: precision})
		if err != nil || len(spent.Choices) != 0 || spent.Shapes != 0 {
			t.Errorf("%v: no budget: %v, %v", precision, spent, err)
		}
	}
}

// TestChoices checks that choices reach the program.
func TestChoices(t *testing.T) {
	dev := open(t)
	g := small(t)
	choices := slowest(t, gpu.F32)
	kinds := map[string]int{}
	for shape := range choices {
		kind, _, _ := strings.Cut(shape, " ")
		kinds[kind]++
	}
	if kinds["conv2d"] == 0 || kinds["product"] == 0 {
		t.Errorf("neither convolutions nor products may be missing: %v", kinds)
	}
	winograds := func(opts gpu.Options) (count int) {
		for _, k := range compile(t, dev, g, opts).Stats().Kernels {
			if strings.HasPrefix(k.Key, "winograd") && strings.HasSuffix(shaders.Stem(k.Key), "_output") {
				count++
			}
		}
		return count
	}
	if before, after := winograds(gpu.Options{}), winograds(gpu.Options{Choices: choices}); after >= before {
		t.Errorf("%d Winograd convolutions by default, %d when the choices exclude some", before, after)
	}
}

// slowest has Tile for every shape of the small network, which no adapter that computes
// on the CPU is fast with.
func slowest(t *testing.T, precision gpu.Precision) gpu.Choices {
	t.Helper()
	shapes, err := gpu.Shapes(open(t), small(t), precision)
	if err != nil {
		t.Fatal(err)
	}
	choices := gpu.Choices{}
	for _, shape := range shapes {
		choices[shape] = gpu.Tile
	}
	return choices
}

// TestSlowChoicesAreNotKept gives the check of whole steps choices that are no help: in
// the shipped network they make a step several times longer, each kind of them longer.
func TestSlowChoicesAreNotKept(t *testing.T) {
	long(t)
	dev := open(t)
	g, err := fashion(t).Graph()
	if err != nil {
		t.Fatal(err)
	}
	shapes, err := gpu.Shapes(dev, g, gpu.F32)
	if err != nil {
		t.Fatal(err)
	}
	slow := gpu.Choices{}
	for _, shape := range shapes {
		if strings.HasPrefix(shape, "conv2d") {
			slow[shape] = gpu.Tile
		}
	}
	tuned, err := gpu.KeepHelpful(t.Context(), dev, g, slow, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if len(tuned.Choices) != 0 || tuned.Default == 0 || tuned.Tuned != tuned.Default {
		t.Errorf("kept %v: a step took %v by default, %v", tuned.Choices, tuned.Default, tuned.Tuned)
	}
	hurried, err := gpu.KeepHelpful(t.Context(), dev, g, slow, 0)
	if err != nil || len(hurried.Choices) != 0 || hurried.Default != 0 {
		t.Errorf("without time: %v, %v", hurried, err)
	}
}
