package weights

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// golden reads a file that tools/golden/blocks.py wrote.
func golden(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func goldenFloats(t *testing.T, name string) []float32 {
	t.Helper()
	data := golden(t, name)
	out := make([]float32, len(data)/4)
	Dequantize(out, data, F32)
	return out
}

func TestQuantizeEqualsGGUFPackage(t *testing.T) {
	values := goldenFloats(t, "blocks.f32")
	for _, typ := range []Type{F16, Q8_0, Q4_0} {
		want := golden(t, "blocks."+strings.ToLower(typ.String()))
		got, err := Quantize(values, BlockElems, typ)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) {
			t.Fatalf("%v: %d bytes, want %d", typ, len(got), len(want))
		}
		rowBytes, _ := RowBytes(typ, BlockElems)
		for b := 0; b < len(want); b += rowBytes {
			if !bytes.Equal(got[b:b+rowBytes], want[b:b+rowBytes]) {
				t.Errorf("%v row %d:\n got %x\nwant %x", typ, b/rowBytes, got[b:b+rowBytes], want[b:b+rowBytes])
			}
		}
	}
}

func TestDequantizeEqualsGGUFPackage(t *testing.T) {
	for _, typ := range []Type{Q8_0, Q4_0} {
		name := "blocks." + strings.ToLower(typ.String())
		want := goldenFloats(t, name+".f32")
		got := make([]float32, len(want))
		Dequantize(got, golden(t, name), typ)
		for i := range want {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Errorf("%v value %d: %v, want %v", typ, i, got[i], want[i])
			}
		}
	}
}

// Packing what was expanded gives the same bytes where the block's scale is exact,
// and for F32 and F16 always.
func TestRoundTrip(t *testing.T) {
	values := make([]float32, 2*BlockElems)
	for i := range values {
		values[i] = float32(i%16 - 8) // Q4_0 with d = 1 holds −8…7 exactly
	}
	for _, typ := range []Type{F32, F16, Q4_0} {
		data, err := Quantize(values, BlockElems, typ)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, len(values))
		Dequantize(got, data, typ)
		for i := range got {
			if got[i] != values[i] {
				t.Errorf("%v value %d: %v, want %v", typ, i, got[i], values[i])
			}
		}
	}
	values[0], values[BlockElems] = 127, -127 // Q8_0 with d = 1
	data, err := Quantize(values, BlockElems, Q8_0)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]float32, len(values))
	Dequantize(got, data, Q8_0)
	for i := range got {
		if got[i] != values[i] {
			t.Errorf("Q8_0 value %d: %v, want %v", i, got[i], values[i])
		}
	}
}

// Blocks of which one number has the largest magnitude that the type has keep their
// values at every f16 scale: tools/train/rounding.py makes such weights.
func TestQuantizeKeepsAnchoredBlocks(t *testing.T) {
	for typ, c := range map[Type]struct {
		low, high, anchor int
		scales            uint16 // the scales have bits below this: not the negative ones
	}{
		Q8_0: {-127, 127, 127, 0x7c00},
		Q4_0: {-8, 7, -8, 0xfc00},
	} {
		for bits := range c.scales {
			if bits&0x7c00 == 0x7c00 {
				continue // infinite or NaN
			}
			d := Float16ToFloat32(bits)
			values := make([]float32, BlockElems)
			for i := range values {
				values[i] = d * float32(c.low+(int(bits)+i*37)%(c.high-c.low+1))
			}
			values[int(bits)%BlockElems] = d * float32(c.anchor)
			data, err := Quantize(values, BlockElems, typ)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float32, BlockElems)
			Dequantize(got, data, typ)
			for i := range got {
				if got[i] != values[i] {
					t.Fatalf("%v, scale %g: value %d is %g, want %g", typ, d, i, got[i], values[i])
				}
			}
		}
	}
}

// A block so small that 1/d is infinite in float32 expands to zeros.
func TestQuantizeVanishingBlock(t *testing.T) {
	values := make([]float32, BlockElems)
	values[3] = math.SmallestNonzeroFloat32
	values[4] = -1e-40
	for _, typ := range []Type{Q8_0, Q4_0} {
		data, err := Quantize(values, BlockElems, typ)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, BlockElems)
		Dequantize(got, data, typ)
		for i, v := range got {
			if v != 0 {
				t.Errorf("%v value %d: %v, want 0", typ, i, v)
			}
		}
	}
}

func TestRowBytesErrors(t *testing.T) {
	if _, err := RowBytes(Q8_0, 33); err == nil || !strings.Contains(err.Error(), "33") {
		t.Errorf("rows of 33 as Q8_0: error %v, want one that says 33", err)
	}
	if _, err := RowBytes(Type(3), 32); err == nil || !strings.Contains(err.Error(), "type 3") {
		t.Errorf("type 3: error %v, want one that says type 3", err)
	}
	if _, err := Quantize(make([]float32, 48), 48, Q4_0); err == nil {
		t.Error("Quantize accepts rows of 48 as Q4_0")
	}
}

// The reference is IEEE 754-2019 §3.4 written out: (−1)^s · 2^(e−15) · (1 + m/1024).
func TestFloat16ToFloat32All(t *testing.T) {
	for bits := range 1 << 16 {
		sign := 1 - 2*float64(bits>>15)
		exponent, mantissa := bits>>10&31, float64(bits&1023)
		want := sign * math.Ldexp(1+mantissa/1024, exponent-15)
		switch exponent {
		case 0:
			want = sign * math.Ldexp(mantissa, -24)
		case 31:
			want = sign * math.Inf(1)
			if mantissa != 0 {
				want = math.NaN()
			}
		}
		got := float64(Float16ToFloat32(uint16(bits)))
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) || math.Signbit(got) != math.Signbit(want) && got == 0 {
			t.Fatalf("%#04x: %v, want %v", bits, got, want)
		}
		if back := Float32ToFloat16(float32(got)); int(back) != bits && !math.IsNaN(got) {
			t.Fatalf("%#04x does not come back: %#04x", bits, back)
		}
	}
}

// Halfway points and ends of the range, from IEEE 754: ties go to the even mantissa.
func TestFloat32ToFloat16Rounding(t *testing.T) {
	for _, c := range []struct {
		v    float32
		want uint16
	}{
		{1 + 1.0/2048, 0x3c00},        // tie between 1 and 1+1/1024: down to even
		{1 + 3.0/2048, 0x3c02},        // tie: up to even
		{1 + 1.0/2048 + 1e-6, 0x3c01}, // above the tie
		{65504, 0x7bff},               // largest finite
		{65519.996, 0x7bff},           // rounds down to it
		{65520, 0x7c00},               // tie with 2^16: infinite
		{-1e9, 0xfc00},                //
		{0x1p-24, 0x0001},             // smallest subnormal
		{0x1p-25, 0x0000},             // tie with zero
		{0x1.8p-25, 0x0001},           // above it
		{0x1p-14 - 0x1p-24, 0x03ff},   // largest subnormal
		{0x1p-14 - 0x1p-25, 0x0400},   // tie with the smallest normal
		{float32(math.Copysign(0, -1)), 0x8000},
		{float32(math.Inf(1)), 0x7c00},
	} {
		if got := Float32ToFloat16(c.v); got != c.want {
			t.Errorf("%v: %#04x, want %#04x", c.v, got, c.want)
		}
	}
	if got := Float16ToFloat32(Float32ToFloat16(float32(math.NaN()))); !math.IsNaN(float64(got)) {
		t.Errorf("NaN becomes %v", got)
	}
}

func TestDequantizeF32Bits(t *testing.T) {
	src := binary.LittleEndian.AppendUint32(nil, 0x40490fdb)
	dst := []float32{0}
	Dequantize(dst, src, F32)
	if dst[0] != 0x1.921fb6p+1 {
		t.Errorf("got %v, want float32(π)", dst[0])
	}
}
