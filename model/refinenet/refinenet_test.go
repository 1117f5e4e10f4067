package refinenet_test

import (
	"strings"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/refinenet"
	"unnoise/model/refinenet/refinenettest"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestEqualsTorch compares whole networks with PyTorch in float64.
func TestEqualsTorch(t *testing.T) { refinenettest.Run(t, cpu.Compile, 1e-5) }

// TestBuildReadsEveryTensor takes each tensor away in turn: the error names it.
func TestBuildReadsEveryTensor(t *testing.T) {
	for _, name := range refinenettest.Goldens.Names {
		refinenettest.Goldens.EveryTensorIsRead(t, name, func(set *weights.Set) (*graph.Graph, error) { return refinenet.Build(set, 1, 4, 6) })
	}
}

func TestSizes(t *testing.T) {
	set := refinenettest.Goldens.Set(t, "ncsnv2")
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
	parse := func(config []byte) error {
		_, err := refinenet.ParseConfig(config)
		return err
	}
	unettest.Refuses(t, good, parse, [][3]string{
		{`"NCSN"`, `"NCSNv3"`, "_class_name"},
		{`"sample_size": 28`, `"sample_size": 27`, "even"},
		{`"sample_size": 28`, `"sample_size": -2`, "sample_size"},
		{`"in_channels": 1`, `"in_channels": 0`, "in_channels"},
		{`"ngf": 16`, `"ngf": 1`, "ngf"},
		{`"ngf": 16`, `"ngf": 100000`, "ngf"},
		{`"num_classes": 10`, `"num_classes": 0`, "num_classes"},
		{`"num_classes": 10`, `"num_clases": 10`, "num_clases"},
		{`28,`, `"28",`, "config"},
	})
}
