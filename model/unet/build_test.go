package unet_test

import (
	"slices"
	"strings"
	"testing"

	"unnoise/model/tensor"
	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// load draws the weights of a golden network.
func load(t *testing.T, name string) (unettest.Golden, *weights.Set) {
	t.Helper()
	golden, err := unettest.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	return golden, set
}

// TestEveryWeightIsUsed: what diffusers has, the graph reads, once.
func TestEveryWeightIsUsed(t *testing.T) {
	for _, name := range unettest.Names() {
		golden, set := load(t, name)
		g, err := unet.Build(set, 2, golden.Size[0], golden.Size[1])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		used := map[string]int{}
		for _, node := range g.Nodes {
			for _, p := range node.Op.Params() {
				used[p.Name]++
			}
		}
		for _, p := range golden.Parameters {
			if used[p.Name] == 0 {
				t.Errorf("%s: %s is not used", name, p.Name)
			}
		}
	}
}

// TestGoldenModulesAreLabels: a golden's modules can all be found in the graph.
func TestGoldenModulesAreLabels(t *testing.T) {
	for _, name := range unettest.Names() {
		golden, set := load(t, name)
		g, err := unet.Build(set, 1, golden.Size[0], golden.Size[1])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		labels := map[string]bool{}
		for _, node := range g.Nodes {
			labels[node.Label] = true
		}
		for _, m := range golden.Modules {
			if !labels[m.Name] {
				t.Errorf("%s: no node is labelled %s", name, m.Name)
			}
		}
	}
}

func TestInputsAndOutput(t *testing.T) {
	golden, set := load(t, "fashion")
	g, err := unet.Build(set, 4, 16, 24) // another size than it was trained at
	if err != nil {
		t.Fatal(err)
	}
	var ports []string
	for _, p := range slices.Concat(g.Inputs, g.Outputs) {
		ports = append(ports, p.Name+" "+g.Shape(p.Value).String())
	}
	want := []string{"sample [4, 16, 24, 1]", "timestep [4]", "class_labels [4]", "sample [4, 16, 24, 1]"}
	if !slices.Equal(ports, want) {
		t.Errorf("%s has ports %q, expected %q", golden.Name, ports, want)
	}
}

func TestPictureSizes(t *testing.T) {
	_, set := load(t, "fashion")
	for _, size := range [][3]int{{1, 12, 32}, {1, 32, 4}, {1, 0, 32}, {0, 32, 32}, {1, -8, 32}} {
		if _, err := unet.Build(set, size[0], size[1], size[2]); err == nil {
			t.Errorf("batch %d, %d×%d: no error", size[0], size[1], size[2])
		}
	}
}

// TestWrongWeights: the error names the tensor, what was expected and what was found.
func TestWrongWeights(t *testing.T) {
	const name = "up_blocks.1.attentions.0.to_k.weight"
	golden, set := load(t, "fashion")
	for what, c := range map[string]struct {
		replace *weights.Tensor
		wants   []string
	}{
		"missing": {nil, []string{name, "missing"}},
		"other shape": {
			&weights.Tensor{Name: name, Type: weights.F32, Shape: tensor.Shape{64, 32}, Data: make([]byte, 4*64*32)},
			[]string{name, "[64, 32]", "[64, 64]"},
		},
	} {
		changed := weights.NewSet(golden.Config)
		for _, n := range set.Names() {
			w := set.Lookup(n)
			if n == name {
				w = c.replace
			}
			if w != nil {
				if err := changed.Add(w); err != nil {
					t.Fatal(err)
				}
			}
		}
		_, err := unet.Build(changed, 1, 32, 32)
		if err == nil {
			t.Errorf("%s: no error", what)
			continue
		}
		for _, want := range c.wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %s", what, err, want)
			}
		}
	}
}

// TestOldAttentionNames: checkpoints from before diffusers 0.18 say query, key,
// value and proj_attn.
func TestOldAttentionNames(t *testing.T) {
	golden, set := load(t, "odd")
	old := weights.NewSet(golden.Config)
	names := strings.NewReplacer("to_q.", "query.", "to_k.", "key.", "to_v.", "value.", "to_out.0.", "proj_attn.")
	for _, n := range set.Names() {
		w := *set.Lookup(n)
		w.Name = names.Replace(n)
		if err := old.Add(&w); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := unet.Build(old, 1, golden.Size[0], golden.Size[1]); err != nil {
		t.Error(err)
	}
}
