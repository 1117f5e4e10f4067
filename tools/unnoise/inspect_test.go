package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	dir := checkpoint(t)
	path := filepath.Join(t.TempDir(), "m.gguf")
	mustRun(t, "convert", "--in", dir, "--out", path, "--name", "Small")

	text := mustRun(t, "inspect", path)
	for _, part := range []string{"GGUF v3", "4 tensors", `"Small"`, `"_class_name": "UNet2DConditionModel"`, "[4 32 3 3]", "Q8_0", "rows of 33 values, not a multiple of 32", "first convolution", "norm or bias"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect does not print %q:\n%s", part, text)
		}
	}

	var found inspection
	if err := json.Unmarshal([]byte(mustRun(t, "inspect", "--json", path)), &found); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if found.SizeBytes != int(info.Size()) || len(found.Tensors) != 4 || found.Metadata["general.name"] != "Small" {
		t.Errorf("inspect --json: %+v", found)
	}
	values := 0
	for _, total := range found.Totals {
		values += total.Values
	}
	if values != 288+1152+4+99 {
		t.Errorf("%d values in all, want %d", values, 288+1152+4+99)
	}

	text = mustRun(t, "inspect", filepath.Join(dir, "diffusion_pytorch_model.safetensors"))
	for _, part := range []string{"safetensors", "mid_block.attentions.0.query.weight", "[3 33]", "F32"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect of safetensors does not print %q:\n%s", part, text)
		}
	}
	if _, err := execute(t, "inspect", filepath.Join(dir, "config.json")); err == nil || !strings.Contains(err.Error(), "config.json: neither a GGUF nor a safetensors file") {
		t.Errorf("inspect of another file: %v", err)
	}
}

// A GGUF file that is no model of ours is shown as it describes itself.
func TestInspectForeignGGUF(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign.gguf")
	file := []byte("GGUF\x03\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00" +
		"\x14\x00\x00\x00\x00\x00\x00\x00general.architecture" + "\x08\x00\x00\x00" + "\x05\x00\x00\x00\x00\x00\x00\x00llama")
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	text := mustRun(t, "inspect", path)
	for _, part := range []string{`"llama"`, "not a model this program can run", "unnoise.config"} {
		if !strings.Contains(text, part) {
			t.Errorf("inspect does not print %q:\n%s", part, text)
		}
	}
}
