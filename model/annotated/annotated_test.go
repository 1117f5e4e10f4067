package annotated_test

import (
	"strings"
	"testing"

	"unnoise/model/annotated"
	"unnoise/model/annotated/annotatedtest"
	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole networks with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { annotatedtest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	annotatedtest.Goldens.EveryTensorIsRead(t, "odd", func(set *weights.Set) (*graph.Graph, error) { return annotated.Build(set, 1, 4, 6) })
}

func TestSizes(t *testing.T) {
	set := annotatedtest.Goldens.Set(t, "article")
	for _, size := range [][2]int{{30, 28}, {28, 2}, {0, 4}} {
		if _, err := annotated.Build(set, 1, size[0], size[1]); err == nil || !strings.Contains(err.Error(), "multiples of 4") {
			t.Errorf("pictures of %v: %v", size, err)
		}
	}
	if _, err := annotated.Build(set, 0, 28, 28); err == nil {
		t.Error("a batch of no pictures was built")
	}
}

func TestParseConfigRefuses(t *testing.T) {
	const good = `{"_class_name": "AnnotatedUNet", "sample_size": 28, "dim": 28, "dim_mults": [1, 2, 4], "channels": 1, "use_convnext": true, "convnext_mult": 2}`
	if c, err := annotated.ParseConfig([]byte(good)); err != nil || c.Multiple() != 4 {
		t.Fatalf("%+v, %v", c, err)
	}
	parse := func(config []byte) error {
		_, err := annotated.ParseConfig(config)
		return err
	}
	unettest.Refuses(t, good, parse, [][3]string{
		{"AnnotatedUNet", "UNet2DModel", "_class_name"},
		{`"use_convnext": true`, `"use_convnext": false`, "use_convnext"},
		{`[1, 2, 4]`, `[]`, "dim_mults"},
		{`[1, 2, 4]`, `[2, 4]`, "dim_mults"},
		{`[1, 2, 4]`, `[1, 0]`, "dim_mults[1]"},
		{`"dim": 28`, `"dim": 27`, "even"},
		{`"dim": 28`, `"dim": 100000`, "dim is"},
		{`"channels": 1`, `"channels": 0`, "channels"},
		{`"channels": 1`, `"chanels": 1`, "chanels"},
		{`"convnext_mult": 2`, `"convnext_mult": 65`, "convnext_mult"},
		{`28,`, `"28",`, "config"},
	})
}
