package weights

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Bytes of one block: an f16 scale and the packed values.
const (
	blockBytesQ4_0 = 2 + BlockElems/2
	blockBytesQ8_0 = 2 + BlockElems
)

// RowBytes returns the stored size of a row of n values, or an error where the
// type is unknown or its blocks do not divide the row.
func RowBytes(t Type, n int) (int, error) {
	switch t {
	case F32:
		return 4 * n, nil
	case F16:
		return 2 * n, nil
	case Q4_0, Q8_0:
		if n%BlockElems != 0 {
			return 0, fmt.Errorf("rows of %d values cannot be %v: not a multiple of %d", n, t, BlockElems)
		}
		if t == Q4_0 {
			return n / BlockElems * blockBytesQ4_0, nil
		}
		return n / BlockElems * blockBytesQ8_0, nil
	}
	return 0, fmt.Errorf("unsupported %v (supported: F32, F16, Q8_0, Q4_0)", t)
}

// Dequantize expands src into dst. Q8_0 is d·q; Q4_0 is d·(q−8), the low nibbles
// of a block before its high ones (ggml-quants.c, dequantize_row_q4_0).
// It panics if src is shorter than dst needs.
func Dequantize(dst []float32, src []byte, t Type) {
	switch t {
	case F32:
		for i := range dst {
			dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
	case F16:
		for i := range dst {
			dst[i] = Float16ToFloat32(binary.LittleEndian.Uint16(src[2*i:]))
		}
	case Q8_0:
		for b := range len(dst) / BlockElems {
			block := src[b*blockBytesQ8_0:][:blockBytesQ8_0]
			d := Float16ToFloat32(binary.LittleEndian.Uint16(block))
			for i, q := range block[2:] {
				dst[b*BlockElems+i] = d * float32(int8(q))
			}
		}
	case Q4_0:
		for b := range len(dst) / BlockElems {
			block := src[b*blockBytesQ4_0:][:blockBytesQ4_0]
			d := Float16ToFloat32(binary.LittleEndian.Uint16(block))
			for i, q := range block[2:] {
				dst[b*BlockElems+i] = d * float32(int(q&15)-8)
				dst[b*BlockElems+i+BlockElems/2] = d * float32(int(q>>4)-8)
			}
		}
	default:
		panic(fmt.Sprintf("weights: Dequantize of %v", t))
	}
}

// Quantize stores rows of cols values each as type t, finite values all. Rounding
// follows ggml's reference (ggml-quants.c): Q8_0 has d = max|x|/127 and rounds half
// away from zero; Q4_0 has d = (the value of largest magnitude)/−8 and truncates
// x/d+8.5. Every product is rounded to float32 by itself, so that the bytes are the
// same on processors with a fused multiply-add.
// It returns RowBytes' error where blocks do not divide a row.
func Quantize(values []float32, cols int, t Type) ([]byte, error) {
	if _, err := RowBytes(t, cols); err != nil {
		return nil, err
	}
	size, _ := RowBytes(t, len(values))
	out := make([]byte, 0, size)
	switch t {
	case F32:
		for _, v := range values {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		}
	case F16:
		for _, v := range values {
			out = binary.LittleEndian.AppendUint16(out, Float32ToFloat16(v))
		}
	case Q8_0:
		for b := 0; b < len(values); b += BlockElems {
			out = appendBlockQ8_0(out, values[b:b+BlockElems])
		}
	case Q4_0:
		for b := 0; b < len(values); b += BlockElems {
			out = appendBlockQ4_0(out, values[b:b+BlockElems])
		}
	}
	return out, nil
}

func appendBlockQ8_0(out []byte, x []float32) []byte {
	var largest float32
	for _, v := range x {
		largest = max(largest, abs(v))
	}
	d := largest / 127
	inverse := reciprocal(d)
	out = binary.LittleEndian.AppendUint16(out, Float32ToFloat16(d))
	for _, v := range x {
		out = append(out, byte(int8(math.Round(float64(v*inverse)))))
	}
	return out
}

func appendBlockQ4_0(out []byte, x []float32) []byte {
	var extreme float32 // the value of largest magnitude, with its sign
	for _, v := range x {
		if abs(v) > abs(extreme) {
			extreme = v
		}
	}
	d := extreme / -8
	inverse := reciprocal(d)
	out = binary.LittleEndian.AppendUint16(out, Float32ToFloat16(d))
	for i := range BlockElems / 2 {
		low := min(15, byte(float32(x[i]*inverse)+8.5))
		high := min(15, byte(float32(x[i+BlockElems/2]*inverse)+8.5))
		out = append(out, low|high<<4)
	}
	return out
}

// reciprocal is 1/d, or 0 where that is infinite: the f16 scale of such a block is
// 0, so that its values are 0 whatever is packed.
func reciprocal(d float32) float32 {
	if abs(d) < 1/float32(math.MaxFloat32) {
		return 0
	}
	return 1 / d
}

func abs(v float32) float32 { return math.Float32frombits(math.Float32bits(v) &^ (1 << 31)) }
