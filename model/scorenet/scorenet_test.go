package scorenet_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/scorenet"
	"unnoise/model/scorenet/scorenettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole networks with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { scorenettest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	golden, err := scorenettest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range whole.Names() {
		set := weights.NewSet(golden.Config)
		for _, name := range whole.Names() {
			if name == left {
				continue
			}
			if err := set.Add(whole.Lookup(name)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := scorenet.Build(set, 1, 20, 28); err == nil || !strings.Contains(err.Error(), left) {
			t.Errorf("without %s: %v", left, err)
		}
	}
}

// TestSizes: pictures come out as large as they went in, or are refused.
func TestSizes(t *testing.T) {
	golden, err := scorenettest.Load("odd")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
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
	for _, c := range []struct{ old, new, want string }{
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
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%q was not found", c.old)
		}
		if _, err := scorenet.ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
}
