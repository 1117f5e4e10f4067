package safetensors

import (
	"bytes"
	"os"
	"testing"
)

// FuzzRead: whatever is read without an error can be written, and what is written
// reads back equal.
func FuzzRead(f *testing.F) {
	for _, path := range []string{"testdata/official.safetensors", writtenPath} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, file); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := Read(b.Bytes())
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		equal(t, again, file)
	})
}
