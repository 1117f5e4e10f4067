package gguf

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"unnoise/model/weights"
)

// FuzzRead: whatever is read without an error can be written, and what is written
// reads back equal.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.gguf")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds in testdata: %v", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(newFile().tensor("w", weights.F32, 0, 16, 4).bytes())
	f.Add(newFile().with(deepArray("k", 3)).bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := Read(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, set); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := Read(b.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		equal(t, again, set)
	})
}
