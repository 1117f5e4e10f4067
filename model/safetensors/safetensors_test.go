package safetensors

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// mixed has a tensor of each type and of each number of extents.
func mixed() *File {
	return &File{
		Metadata: map[string]string{"format": "pt", "ключ": "<&>"},
		Tensors: []Tensor{
			FromFloat32("sample", []int{1, 2, 2, 1}, []float32{0, -1, 0.5, 3e38}),
			FromInt64("class_labels", []int{3}, []int64{-1, 7, math.MaxInt64}),
			{Name: "half", DType: F16, Shape: []int{2, 1}, Data: []byte{0x00, 0x3c, 0xff, 0x7b}},
			{Name: "brain", DType: BF16, Shape: []int{1}, Data: []byte{0x80, 0xbf}},
			{Name: "timestep", DType: F64, Shape: nil, Data: []byte{0, 0, 0, 0, 0, 0, 0xf0, 0x3f}},
			{Name: "none <&>", DType: F32, Shape: []int{0, 4}, Data: nil},
		},
	}
}

func written(t testing.TB, f *File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// equal reports the first difference; the order of tensors does not matter.
func equal(t testing.TB, got, want *File) {
	t.Helper()
	if len(got.Tensors) != len(want.Tensors) || !maps.Equal(got.Metadata, want.Metadata) {
		t.Fatalf("%d tensors, metadata %v, want %d and %v", len(got.Tensors), got.Metadata, len(want.Tensors), want.Metadata)
	}
	for _, w := range want.Tensors {
		g := got.Lookup(w.Name)
		if g == nil || g.DType != w.DType || !slices.Equal(g.Shape, w.Shape) || !bytes.Equal(g.Data, w.Data) {
			t.Errorf("tensor %q: %+v, want %+v", w.Name, g, w)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, f := range []*File{mixed(), {}} {
		data := written(t, f)
		got, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got, f)
		if again := written(t, got); !bytes.Equal(again, data) {
			t.Error("written again, the bytes differ")
		}
	}
}

// official.safetensors was written by the official Python package
// (tools/golden/safetensors_readback.py), which also read written.safetensors.
func TestReadOfficialFile(t *testing.T) {
	data, err := os.ReadFile("testdata/official.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if f.Metadata["format"] != "pt" {
		t.Errorf("metadata %v", f.Metadata)
	}
	want := []float64{-2, -1.5, 0, 0.25, 1, 3}
	for name, dtype := range map[string]DType{"f64": F64, "f32": F32, "f16": F16, "bf16": BF16} {
		x := f.Lookup(name)
		if x == nil || x.DType != dtype || !slices.Equal(x.Shape, []int{2, 3}) {
			t.Fatalf("%s: %+v", name, x)
		}
		doubles, err := x.Float64s()
		if err != nil || !slices.Equal(doubles, want) {
			t.Errorf("%s: %v, %v, want %v", name, doubles, err, want)
		}
		singles, err := x.Float32s()
		if err != nil || len(singles) != 6 || singles[1] != -1.5 || singles[3] != 0.25 {
			t.Errorf("%s: %v, %v, want %v", name, singles, err, want)
		}
	}
	integers, err := f.Lookup("i64").Int64s()
	if err != nil || !slices.Equal(integers, []int64{-1, 0, 1 << 53}) {
		t.Errorf("i64: %v, %v", integers, err)
	}
}

var update = flag.Bool("update", false, "write testdata/written.safetensors, then run tools/golden/safetensors_readback.py")

const writtenPath = "testdata/written.safetensors"

// The official package has read written.safetensors: what is written must not change
// unnoticed.
func TestWriteEqualsFileReadBack(t *testing.T) {
	data := written(t, mixed())
	if *update {
		if err := os.WriteFile(writtenPath, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(writtenPath)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, want) {
		t.Errorf("%s differs from what is written now: run with -update, then tools/golden/safetensors_readback.py", writtenPath)
	}
}

// I32 is read as it stands, sign and all, and is no type of weights.
func TestInt32(t *testing.T) {
	x := Tensor{Name: "x", DType: I32, Shape: []int{3}, Data: []byte{7, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80}}
	f, err := Read(written(t, &File{Tensors: []Tensor{x}}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Lookup("x").Float64s()
	if err != nil || !slices.Equal(got, []float64{7, -1, math.MinInt32}) {
		t.Errorf("Float64s: %v, %v", got, err)
	}
	if _, err := f.Lookup("x").Float32s(); err == nil || !strings.Contains(err.Error(), `"x" is I32`) {
		t.Errorf("Float32s of integers: %v", err)
	}
	if _, err := f.Weights(nil); err == nil || !strings.Contains(err.Error(), `"x" is I32`) {
		t.Errorf("integers as weights: %v", err)
	}
}

func TestValueErrors(t *testing.T) {
	f := mixed()
	if _, err := f.Lookup("class_labels").Float32s(); err == nil || !strings.Contains(err.Error(), `"class_labels" is I64`) {
		t.Errorf("Float32s of integers: %v", err)
	}
	if _, err := f.Lookup("sample").Int64s(); err == nil || !strings.Contains(err.Error(), `"sample" is F32`) {
		t.Errorf("Int64s of floats: %v", err)
	}
	short := Tensor{Name: "x", DType: F32, Shape: []int{2}, Data: make([]byte, 7)}
	_, err32 := short.Float32s()
	_, err64 := short.Float64s()
	_, errInt := short.Int64s()
	for _, err := range []error{err32, err64, errInt} {
		if err == nil || !strings.Contains(err.Error(), `"x": 7 bytes`) {
			t.Errorf("7 bytes for two values: %v", err)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		name    string
		tensors []Tensor
		want    string
	}{
		{"bytes", []Tensor{{"x", F32, []int{2}, make([]byte, 9)}}, `"x": 9 bytes, shape [2] of F32 needs 8`},
		{"negative", []Tensor{{"x", F32, []int{-1, -2}, make([]byte, 8)}}, `"x": shape [-1 -2]`},
		{"type", []Tensor{{"x", "U8", []int{2}, make([]byte, 2)}}, `"x": type "U8"`},
		{"twice", []Tensor{{"x", F16, []int{1}, make([]byte, 2)}, {"x", F32, []int{1}, make([]byte, 4)}}, `"x"`},
		{"metadata's name", []Tensor{{metadataName, F16, []int{1}, make([]byte, 2)}}, metadataName},
		{"not UTF-8", []Tensor{{"\xff", F16, []int{1}, make([]byte, 2)}}, `"\xff"`},
	} {
		var b bytes.Buffer
		err := Write(&b, &File{Tensors: c.tensors})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %s", c.name, err, c.want)
		}
		if b.Len() != 0 {
			t.Errorf("%s: %d bytes written before the error", c.name, b.Len())
		}
	}
	full := errors.New("disk full")
	if err := Write(failing{full}, mixed()); !errors.Is(err, full) {
		t.Errorf("writer's error: %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
