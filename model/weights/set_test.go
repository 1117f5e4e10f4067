package weights

import (
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/tensor"
)

func TestAddErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		t    Tensor
		want []string
	}{
		{"too few bytes", Tensor{"a", F32, tensor.Shape{2, 3}, make([]byte, 20)}, []string{`"a"`, "20 bytes", "[2, 3]", "24"}},
		{"too many bytes", Tensor{"a", F16, tensor.Shape{3}, make([]byte, 8)}, []string{`"a"`, "8 bytes", "6"}},
		{"partial blocks", Tensor{"a", Q8_0, tensor.Shape{2, 33}, make([]byte, 70)}, []string{`"a"`, "33", "Q8_0"}},
		{"unknown type", Tensor{"a", 7, tensor.Shape{32}, make([]byte, 32)}, []string{`"a"`, "type 7"}},
		{"zero extent", Tensor{"a", F32, tensor.Shape{0, 4}, nil}, []string{`"a"`, "[0, 4]"}},
		{"negative extents", Tensor{"a", F32, tensor.Shape{-1, -4}, make([]byte, 16)}, []string{`"a"`, "[-1, -4]"}},
		{"overflow to zero", Tensor{"a", F32, tensor.Shape{1 << 32, 1 << 32}, nil}, []string{`"a"`, "memory"}},
		{"taken", Tensor{"b", F32, tensor.Shape{1}, make([]byte, 4)}, []string{`"b"`, "twice"}},
	} {
		s := NewSet(nil)
		if err := s.Add(&Tensor{"b", F32, tensor.Shape{1}, make([]byte, 4)}); err != nil {
			t.Fatal(err)
		}
		err := s.Add(&c.t)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", c.name, err, part)
			}
		}
		if s.Len() != 1 {
			t.Errorf("%s: %d tensors after the error, want 1", c.name, s.Len())
		}
	}
}

func TestGet(t *testing.T) {
	s := NewSet(nil)
	scalar := &Tensor{"s", F16, nil, make([]byte, 2)}
	conv := &Tensor{"conv.weight", Q8_0, tensor.Shape{2, 32, 3, 3}, make([]byte, 2*9*34)}
	for _, x := range []*Tensor{scalar, conv} {
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Get("conv.weight", tensor.Shape{2, 32, 3, 3}); err != nil || got != conv {
		t.Errorf("Get: %v, %v", got, err)
	}
	if got, err := s.Get("s", tensor.Shape{}); err != nil || got != scalar {
		t.Errorf("Get of a scalar: %v, %v", got, err)
	}
	_, err := s.Get("conv.weight", tensor.Shape{2, 3, 3, 32})
	if err == nil || !strings.Contains(err.Error(), `"conv.weight" has shape [2, 32, 3, 3], expected [2, 3, 3, 32]`) {
		t.Errorf("wrong shape: %v", err)
	}
	if _, err := s.Get("conv.bias", tensor.Shape{2}); err == nil || !strings.Contains(err.Error(), `"conv.bias" is missing`) {
		t.Errorf("missing: %v", err)
	}
	if got := s.Names(); !slices.Equal(got, []string{"conv.weight", "s"}) {
		t.Errorf("Names: %v", got)
	}
}

// Expanding row by row equals expanding all of it.
func TestExpandRow(t *testing.T) {
	values := make([]float32, 3*64)
	for i := range values {
		values[i] = float32(math.Sin(float64(i)))
	}
	for _, typ := range []Type{F32, F16, Q8_0, Q4_0} {
		x, err := FromTorch("w", typ, tensor.Shape{3, 64}, values)
		if err != nil {
			t.Fatal(err)
		}
		all, row := x.Float32(), make([]float32, 64)
		for r := range 3 {
			x.ExpandRow(row, r)
			if !slices.Equal(row, all[r*64:(r+1)*64]) {
				t.Errorf("%v row %d differs", typ, r)
			}
		}
	}
}

// The value at (o, i, y, x) is 1000o+100i+10y+x, so that each place can be read.
func TestConvolutionLayout(t *testing.T) {
	const o, i, kh, kw = 2, 3, 4, 5
	var oihw, ohwi []float32
	for a := range o {
		for b := range i {
			for y := range kh {
				for x := range kw {
					oihw = append(oihw, float32(1000*a+100*b+10*y+x))
				}
			}
		}
		for y := range kh {
			for x := range kw {
				for b := range i {
					ohwi = append(ohwi, float32(1000*a+100*b+10*y+x))
				}
			}
		}
	}
	w, err := FromTorch("conv.weight", F32, tensor.Shape{o, i, kh, kw}, oihw)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Float32(); !slices.Equal(got, ohwi) {
		t.Errorf("stored %v, want %v", got, ohwi)
	}
	if got := w.Torch(); !slices.Equal(got, oihw) {
		t.Errorf("back in PyTorch's order %v, want %v", got, oihw)
	}
	if _, err := FromTorch("conv.weight", F32, tensor.Shape{o, i, kh, kw}, oihw[1:]); err == nil || !strings.Contains(err.Error(), `"conv.weight"`) {
		t.Errorf("a value short: error %v, want one that names the tensor", err)
	}
}

func TestParseType(t *testing.T) {
	for _, typ := range []Type{F32, F16, Q8_0, Q4_0} {
		if got, err := ParseType(strings.ToLower(typ.String())); err != nil || got != typ {
			t.Errorf("%v: %v, %v", typ, got, err)
		}
	}
	if _, err := ParseType("q5_1"); err == nil || !strings.Contains(err.Error(), `"q5_1"`) {
		t.Errorf("q5_1: error %v, want one that names it", err)
	}
}

// TestJoinedRows stores rows that 32 does not divide in blocks across their ends.
func TestJoinedRows(t *testing.T) {
	values := make([]float32, 8*12)
	for i := range values {
		values[i] = float32(i%17) - 8
	}
	data, err := Quantize(values, len(values), Q8_0)
	if err != nil {
		t.Fatal(err)
	}
	x := &Tensor{Name: "w", Type: Q8_0, Shape: tensor.Shape{8, 12}, Data: data}
	if err := NewSet(nil).Add(x); err != nil || !x.Joined() {
		t.Fatalf("joined %v: %v", x.Joined(), err)
	}
	for i, v := range x.Float32() {
		if abs(v-values[i]) > 8.0/254*1.01 {
			t.Errorf("value %d is %v, was %v", i, v, values[i])
		}
	}
	short := &Tensor{Name: "w", Type: Q8_0, Shape: tensor.Shape{7, 12}, Data: data[:2*blockBytesQ8_0]}
	if err := NewSet(nil).Add(short); err == nil {
		t.Error("84 values were taken for blocks of 32")
	}
	set := NewSet(nil)
	whole, _ := FromTorch("w", F32, tensor.Shape{8, 12}, values)
	if err := set.Add(whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		quantize func(*Set, Type) (*Set, []Decision, error)
		want     Type
	}{{QuantizeSet, F16}, {QuantizeSetJoined, Q8_0}} {
		got, decisions, err := c.quantize(set, Q8_0)
		if err != nil || got.Lookup("w").Type != c.want || decisions[0].Reason == "" {
			t.Errorf("stored as %v (%q), expected %v: %v", got.Lookup("w").Type, decisions[0].Reason, c.want, err)
		}
	}
}
