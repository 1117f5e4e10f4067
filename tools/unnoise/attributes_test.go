package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/safetensors"
)

// attributesModel draws pictures of 8×8 and is told hat, beard and mouth.
func attributesModel(t *testing.T) string {
	return goldenModel(t, "attributes", `{"num_train_timesteps":20}`, nil)
}

func TestSampleAttributes(t *testing.T) {
	model, dir := attributesModel(t), t.TempDir()
	sample := func(args ...string) []float32 {
		t.Helper()
		raw := filepath.Join(dir, "raw.safetensors")
		mustRun(t, append([]string{"sample", "--model", model, "--steps", "3", "--n", "2", "--seed", "5", "--quiet", "--raw", raw}, args...)...)
		return floats(t, tensors(t, raw), "sample", 2, 1, 8, 8)
	}
	red := sample("--attribute", "hat=red", "--attribute", "Mouth=Smile")
	if slices.Equal(red, sample()) || slices.Equal(red, sample("--attribute", "hat=green", "--attribute", "mouth=smile")) {
		t.Error("the attributes make no difference")
	}
	raw := filepath.Join(dir, "link.safetensors")
	mustRun(t, "sample", "--model", model, "--quiet", "--raw", raw, "--link", "attributes=hat=red;mouth=smile&sampler=ddim&steps=3&seed=5&n=2")
	if !slices.Equal(red, floats(t, tensors(t, raw), "sample", 2, 1, 8, 8)) {
		t.Error("a link with the same attributes gives other pictures")
	}
	for args, want := range map[string]string{
		"hat=blue": "hat is “blue”; it can be none, red, green",
		"coat=red": "there is hat, beard, mouth",
	} {
		_, err := execute(t, "sample", "--model", model, "--raw", raw, "--attribute", args)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, expected one that says %s", args, err, want)
		}
	}
	if _, err := execute(t, "sample", "--model", tinyModel(t), "--raw", raw, "--attribute", "hat=red"); err == nil || !strings.Contains(err.Error(), "this model has none") {
		t.Error("a model without attributes:", err)
	}
}

func TestForwardRefusesOptionsThatThereAreNot(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.safetensors"), filepath.Join(dir, "out.safetensors")
	for _, c := range []struct {
		labels []int64
		want   string
	}{{[]int64{3, 1, 2}, ""}, {[]int64{3, 2, 2}, `"beard"; they are 0 to 0, and 1 for unknown`}, {[]int64{-1, 0, 0}, `"hat"`}} {
		err := writeSafetensors(in, safetensors.FromFloat32("sample", []int{1, 1, 8, 8}, make([]float32, 64)),
			safetensors.FromFloat32("timestep", []int{1}, []float32{3}), safetensors.FromInt64("class_labels", []int{1, 3}, c.labels))
		if err != nil {
			t.Fatal(err)
		}
		_, err = execute(t, "forward", "--model", attributesModel(t), "--in", in, "--out", out)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("labels %v: error %v, expected one that says %s", c.labels, err, c.want)
		}
	}
}

func TestInspectListsAttributes(t *testing.T) {
	if out := mustRun(t, "inspect", attributesModel(t)); !strings.Contains(out, "  hat: none, red, green\n") {
		t.Error("inspect does not list the attributes:", out)
	}
	if out := mustRun(t, "inspect", "--json", attributesModel(t)); !strings.Contains(out, `"attributes"`) {
		t.Error("inspect --json does not list the attributes:", out)
	}
}

// A checkpoint's table and words come through convert.
func TestConvertAttributes(t *testing.T) {
	dir, model := checkpoint(t), filepath.Join(t.TempDir(), "m.gguf")
	words := `[{"name":"hat","options":["none","red"]}]`
	table := safetensors.FromFloat32("weight", []int{3, 32}, make([]float32, 96))
	if err := writeSafetensors(filepath.Join(dir, "attributes.safetensors"), table); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "attributes.json"), []byte(words+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "convert", "--in", dir, "--out", model)
	set := readModel(t, model)
	if got := set.Meta["unnoise.attributes"]; strings.TrimSpace(got) != words {
		t.Errorf("the model's attributes are %q", got)
	}
	if _, err := set.Get("class_embedding.attributes.weight", []int{3, 32}); err != nil {
		t.Error(err)
	}
}
