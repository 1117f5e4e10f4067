package noisy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/noisy/noisytest"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole classifiers and their gradients with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { noisytest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	noisytest.Goldens.EveryTensorIsRead(t, "odd", func(set *weights.Set) (*graph.Graph, error) { return noisy.BuildGuide(set, 1, 8, 12) })
}

func TestSizes(t *testing.T) {
	set := noisytest.Goldens.Set(t, "odd")
	for _, size := range [][2]int{{30, 28}, {28, 2}, {0, 4}} {
		if _, err := noisy.Build(set, 1, size[0], size[1]); err == nil || !strings.Contains(err.Error(), "multiples of 4") {
			t.Errorf("pictures of %v: %v", size, err)
		}
	}
	if _, err := noisy.BuildGuide(set, 0, 28, 28); err == nil {
		t.Error("a batch of no pictures was built")
	}
}

func TestParseConfigRefuses(t *testing.T) {
	const good = `{"_class_name": "NoisyClassifier", "sample_size": 32, "in_channels": 1, "widths": [32, 32, 64, 128], "num_classes": 10}`
	if c, err := noisy.ParseConfig([]byte(good)); err != nil || c.Multiple() != 8 || !noisy.Is(json.RawMessage(good)) {
		t.Fatalf("%+v, %v", c, err)
	}
	parse := func(config []byte) error {
		_, err := noisy.ParseConfig(config)
		return err
	}
	unettest.Refuses(t, good, parse, [][3]string{
		{"NoisyClassifier", "UNet2DModel", "_class_name"},
		{`[32, 32, 64, 128]`, `[32]`, "widths has 1"},
		{`[32, `, `[33, `, "widths[0]"},
		{`128]`, `0]`, "widths[3]"},
		{`"in_channels": 1`, `"in_channels": 0`, "in_channels"},
		{`"num_classes": 10`, `"num_classes": 1`, "num_classes"},
		{`"sample_size": 32`, `"sample_size": 28`, "sample_size"},
		{`"widths"`, `"width"`, "width"},
		{`32,`, `"32",`, "config"},
	})
}
