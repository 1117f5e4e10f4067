package scorenet_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/scorenet"
	"unnoise/model/scorenet/scorenettest"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole networks with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { scorenettest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	scorenettest.Goldens.EveryTensorIsRead(t, "odd", func(set *weights.Set) (*graph.Graph, error) { return scorenet.Build(set, 1, 20, 28) })
}

// TestSizes: pictures come out as large as they went in, or are refused.
func TestSizes(t *testing.T) {
	set := scorenettest.Goldens.Set(t, "odd")
	for side := range 60 {
		g, err := scorenet.Build(set, 1, side, 28)
		switch fits := scorenet.Fits(side); {
		case fits && err != nil:
			t.Errorf("%d×28: %v", side, err)
		case fits && g.Shape(g.Outputs[0].Value)[1] != side:
			t.Errorf("%d×28 comes out as %v", side, g.Shape(g.Outputs[0].Value))
		case !fits && (err == nil || !strings.Contains(err.Error(), "20, 28, 36")):
			t.Errorf("%d×28: %v", side, err)
		}
	}
	if _, err := scorenet.Build(set, 0, 28, 28); err == nil {
		t.Error("a batch of no pictures was built")
	}
}

func TestParseConfigRefuses(t *testing.T) {
	const good = `{"_class_name": "ScoreNet", "sample_size": 28, "in_channels": 1, "channels": [32, 64, 128, 256], "embed_dim": 256}`
	if _, err := scorenet.ParseConfig([]byte(good)); err != nil {
		t.Fatal(err)
	}
	parse := func(config []byte) error {
		_, err := scorenet.ParseConfig(config)
		return err
	}
	unettest.Refuses(t, good, parse, [][3]string{
		{`"ScoreNet"`, `"NCSN"`, "_class_name"},
		{`[32, 64, 128, 256]`, `[32, 64]`, "channels has 2 entries"},
		{`[32, `, `[33, `, "channels[0]"},
		{`[32, `, `[30, `, "channels[0]"},
		{`128`, `100`, "channels[2]"},
		{`128`, `0`, "channels[2]"},
		{`"embed_dim": 256`, `"embed_dim": 255`, "even"},
		{`"embed_dim": 256`, `"embed_dim": 100000`, "embed_dim is"},
		{`"in_channels": 1`, `"in_channels": 0`, "in_channels"},
		{`"sample_size": 28`, `"sample_size": 32`, "sample_size"},
		{`"in_channels"`, `"channel"`, "channel"},
		{`28,`, `"28",`, "config"},
	})
}
