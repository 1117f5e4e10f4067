package gguf

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

var update = flag.Bool("update", false, "write testdata/*.gguf, then run tools/golden/gguf_readback.py")

// longName has 84 bytes, more than GGUF's 64.
const longName = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_out_lora.up.weight"

// synthetic has one of each kind of tensor. tools/golden/gguf_readback.py draws the
// same values by the same formula.
func synthetic(t testing.TB, want weights.Type) *weights.Set {
	t.Helper()
	s := weights.NewSet([]byte(`{"_class_name": "UNet2DModel", "sample_size": 8}`))
	s.Scheduler = []byte(`{"num_train_timesteps": 1000}`)
	s.Meta["general.name"] = "Synthetic – für Tests"
	s.Meta["general.license"] = "mit"
	for name, shape := range map[string][]int{
		"down_blocks.0.resnets.0.conv1.weight":  {3, 64, 3, 3}, // rows of 576
		"down_blocks.0.resnets.0.conv1.bias":    {3},           //
		"mid_block.attentions.0.to_q.weight":    {5, 96},       // three blocks a row
		"mid_block.attentions.0.to_k.weight":    {5, 33},       // odd rows
		"conv_in.weight":                        {4, 1, 3, 2},  // kept F16
		"t.0":                                   {2, 32},       // the name that is given to long ones
		longName:                                {2, 32},       //
		"up_blocks.0.resnets.0.temporal.weight": {2, 3, 32},    // three extents
		"scale":                                 {},            //
	} {
		n := 1
		for _, d := range shape {
			n *= d
		}
		values := make([]float32, n)
		for i := range values {
			values[i] = float32((i*37+len(name)*11)%101-50) / 64
		}
		x, err := weights.FromTorch(name, weights.F32, shape, values)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	out, _, err := weights.QuantizeSet(s, want)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// equal reports the first difference between two sets.
func equal(t testing.TB, got, want *weights.Set) {
	t.Helper()
	if !bytes.Equal(got.Config, want.Config) || !bytes.Equal(got.Scheduler, want.Scheduler) {
		t.Errorf("config %s and scheduler %s, want %s and %s", got.Config, got.Scheduler, want.Config, want.Scheduler)
	}
	if !maps.Equal(got.Meta, want.Meta) {
		t.Errorf("metadata %v, want %v", got.Meta, want.Meta)
	}
	if !slices.Equal(got.Names(), want.Names()) {
		t.Fatalf("tensors %v, want %v", got.Names(), want.Names())
	}
	for _, name := range want.Names() {
		g, w := got.Lookup(name), want.Lookup(name)
		if g.Name != w.Name || g.Type != w.Type || !g.Shape.Equal(w.Shape) || !bytes.Equal(g.Data, w.Data) {
			t.Errorf("tensor %q: %v %v, want %v %v, or other bytes", name, g.Type, g.Shape, w.Type, w.Shape)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, typ := range []weights.Type{weights.F32, weights.F16, weights.Q8_0, weights.Q4_0} {
		want := synthetic(t, typ)
		var b bytes.Buffer
		if err := Write(&b, want); err != nil {
			t.Fatal(err)
		}
		got, err := Read(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		equal(t, got, want)
	}
}

// The files in testdata are the ones that tools/golden/gguf_readback.py has read back
// with the official gguf package: what is written must not change unnoticed.
func TestWriteEqualsFilesReadBack(t *testing.T) {
	for _, typ := range []weights.Type{weights.F32, weights.F16, weights.Q8_0, weights.Q4_0} {
		var b bytes.Buffer
		if err := Write(&b, synthetic(t, typ)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", strings.ToLower(typ.String())+".gguf")
		if *update {
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s differs from what is written now: run with -update, then tools/golden/gguf_readback.py", path)
		}
	}
}

// official.gguf was written by the official gguf package's GGUFWriter
// (tools/golden/gguf_readback.py), with metadata of every type and an alignment of 64.
func TestParseOfficialFile(t *testing.T) {
	data, err := os.ReadFile("testdata/official.gguf")
	if err != nil {
		t.Fatal(err)
	}
	f, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if f.Alignment != 64 {
		t.Errorf("alignment %d, want 64", f.Alignment)
	}
	for key, want := range map[string]any{
		"x.u8": uint8(200), "x.i8": int8(-100), "x.u16": uint16(60000), "x.i16": int16(-30000),
		"x.u32": uint32(4e9), "x.i32": int32(-2e9), "x.f32": float32(0.1), "x.bool": true,
		"x.u64": uint64(1e19), "x.i64": int64(-9e18), "x.f64": 0.1, "x.str": "ünïcode",
		"x.ai32": []int32{-1, 2, 3}, "x.astr": []string{"a", "", "ccc"}, "x.af64": []float64{0.5, -0.25},
		"x.abool": []bool{true, false}, "x.au8": []uint8{1, 2, 255},
	} {
		kv := f.Lookup(key)
		if kv == nil || !reflect.DeepEqual(kv.Value, want) {
			t.Errorf("%s: %+v, want %v", key, kv, want)
		}
	}
	set, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, typ := range map[string]weights.Type{"a.f32": weights.F32, "b.f16": weights.F16, "c.q8_0": weights.Q8_0, "d.q4_0": weights.Q4_0} {
		x, err := set.Get(name, []int{3, 64})
		if err != nil {
			t.Fatal(err)
		}
		if x.Type != typ {
			t.Errorf("%s is %v, want %v", name, x.Type, typ)
		}
		for i, v := range x.Float32() {
			want := float32(i%16-8) / 4 // every type holds these exactly but Q8_0
			if diff := v - want; diff > 0.008 || diff < -0.008 || typ != weights.Q8_0 && diff != 0 {
				t.Errorf("%s[%d] = %v, want %v", name, i, v, want)
			}
		}
	}
}

// Tensors share the file's memory, so that loading costs the file and little more.
func TestReadAliases(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, synthetic(t, weights.Q8_0)); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	set, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]byte{}
	for _, name := range set.Names() {
		before[name] = set.Lookup(name).Data[0]
	}
	for i := range data {
		data[i] ^= 0xff
	}
	for _, name := range set.Names() {
		if set.Lookup(name).Data[0] != before[name]^0xff {
			t.Errorf("tensor %q is a copy", name)
		}
	}
}

func TestWriteErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *weights.Set)
		want   string
	}{
		{"no config", func(s *weights.Set) { s.Config = nil }, "config"},
		{"config no object", func(s *weights.Set) { s.Config = []byte(`"x"`) }, "config"},
		{"scheduler no object", func(s *weights.Set) { s.Scheduler = []byte(`[]`) }, "scheduler"},
		{"reserved key", func(s *weights.Set) { s.Meta[keyConfig] = "x" }, keyConfig},
		{"key of a shape", func(s *weights.Set) { s.Meta[prefixShape+"w"] = "x" }, prefixShape + "w"},
		{"empty key", func(s *weights.Set) { s.Meta[""] = "x" }, `""`},
		{"tensor without a name", func(s *weights.Set) { add(t, s, "") }, `tensor ""`},
		{"name not UTF-8", func(s *weights.Set) { add(t, s, "\xff") }, `tensor "\xff"`},
	} {
		s := synthetic(t, weights.F32)
		c.change(s)
		var b bytes.Buffer
		if err := Write(&b, s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %s", c.name, err, c.want)
		}
		if b.Len() != 0 {
			t.Errorf("%s: %d bytes written before the error", c.name, b.Len())
		}
	}
	full := errors.New("disk full")
	if err := Write(failing{full}, synthetic(t, weights.F32)); !errors.Is(err, full) {
		t.Errorf("writer's error: %v, want %v", err, full)
	}
}

func add(t *testing.T, s *weights.Set, name string) {
	if err := s.Add(&weights.Tensor{Name: name, Shape: []int{1}, Data: make([]byte, 4)}); err != nil {
		t.Fatal(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestArchitecture(t *testing.T) {
	for config, want := range map[string]string{
		`{"_class_name": "UNet2DModel"}`: "unet2dmodel",
		`{"_class_name": 7}`:             "diffusers",
		`{}`:                             "diffusers",
	} {
		if got := architecture([]byte(config)); got != want {
			t.Errorf("%s: %q, want %q", config, got, want)
		}
	}
}

// TestJoinedRowsRoundTrip writes matrices and convolutions whose blocks run across rows.
func TestJoinedRowsRoundTrip(t *testing.T) {
	s := weights.NewSet(json.RawMessage(`{}`))
	for name, shape := range map[string]tensor.Shape{"matrix": {8, 12}, "conv": {16, 2, 3, 3}} {
		values := make([]float32, shape.Elems())
		for i := range values {
			values[i] = float32(i%29) - 14
		}
		x, err := weights.FromTorch(name, weights.F32, shape, values)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	joined, _, err := weights.QuantizeSetJoined(s, weights.Q8_0)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := Write(&file, joined); err != nil {
		t.Fatal(err)
	}
	back, err := Read(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	equal(t, back, joined)
	if !back.Lookup("conv").Joined() || !back.Lookup("matrix").Joined() {
		t.Error("the rows are not joined")
	}
}
