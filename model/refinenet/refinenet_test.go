package refinenet_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/refinenet"
	"unnoise/model/refinenet/refinenettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole networks with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { refinenettest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	for _, name := range refinenettest.Names {
		golden, err := refinenettest.Load(name)
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
			if _, err := refinenet.Build(set, 1, 4, 6); err == nil || !strings.Contains(err.Error(), left) {
				t.Errorf("%s without %s: %v", name, left, err)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	golden, err := refinenettest.Load("ncsnv2")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{27, 28}, {28, 1}, {0, 4}, {-2, 2}} {
		if _, err := refinenet.Build(set, 1, size[0], size[1]); err == nil || !strings.Contains(err.Error(), "even") {
			t.Errorf("pictures of %v: %v", size, err)
		}
	}
	if _, err := refinenet.Build(set, 0, 28, 28); err == nil {
		t.Error("a batch of no pictures was built")
	}
	if g, err := refinenet.Build(set, 1, 2, 2); err != nil || len(g.Inputs) != 2 {
		t.Errorf("pictures of 2×2: %v", err)
	}
}

func TestParseConfigRefuses(t *testing.T) {
	const good = `{"_class_name": "NCSN", "sample_size": 28, "in_channels": 1, "ngf": 16, "num_classes": 10}`
	if c, err := refinenet.ParseConfig([]byte(good)); err != nil || !c.Conditional() {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"NCSN"`, `"NCSNv3"`, "_class_name"},
		{`"sample_size": 28`, `"sample_size": 27`, "even"},
		{`"sample_size": 28`, `"sample_size": -2`, "sample_size"},
		{`"in_channels": 1`, `"in_channels": 0`, "in_channels"},
		{`"ngf": 16`, `"ngf": 1`, "ngf"},
		{`"ngf": 16`, `"ngf": 100000`, "ngf"},
		{`"num_classes": 10`, `"num_classes": 0`, "num_classes"},
		{`"num_classes": 10`, `"num_clases": 10`, "num_clases"},
		{`28,`, `"28",`, "config"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%q was not found", c.old)
		}
		if _, err := refinenet.ParseConfig([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
}
