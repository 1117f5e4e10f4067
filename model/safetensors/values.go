package safetensors

import (
	"encoding/binary"
	"fmt"
	"math"

	"unnoise/model/weights"
)

// FromFloat32 returns an F32 tensor of a copy of values, in row-major order.
func FromFloat32(name string, shape []int, values []float32) Tensor {
	data := make([]byte, 0, 4*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return Tensor{Name: name, DType: F32, Shape: shape, Data: data}
}

// FromInt64 returns an I64 tensor of a copy of values, in row-major order.
func FromInt64(name string, shape []int, values []int64) Tensor {
	data := make([]byte, 0, 8*len(values))
	for _, v := range values {
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	return Tensor{Name: name, DType: I64, Shape: shape, Data: data}
}

// Float64s returns the values of a tensor of any type; integers beyond 2^53 are
// rounded. It returns an error that names the tensor where bytes and shape disagree.
func (t *Tensor) Float64s() ([]float64, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	size := t.DType.sizeBytes()
	out := make([]float64, len(t.Data)/size)
	for i := range out {
		b := t.Data[i*size:]
		switch t.DType {
		case F64:
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b))
		case I64:
			out[i] = float64(int64(binary.LittleEndian.Uint64(b)))
		case I32:
			out[i] = float64(int32(binary.LittleEndian.Uint32(b)))
		default:
			out[i] = float64(t.float32(b))
		}
	}
	return out, nil
}

// Float32s returns the values of a floating-point tensor: F32, F16 and BF16 exactly,
// F64 rounded. It returns an error that names the tensor where it is of another type
// or where bytes and shape disagree.
func (t *Tensor) Float32s() ([]float32, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	if t.DType.Whole() {
		return nil, fmt.Errorf("safetensors: tensor %q is %s, expected F32, F16, BF16 or F64", t.Name, t.DType)
	}
	size := t.DType.sizeBytes()
	out := make([]float32, len(t.Data)/size)
	for i := range out {
		out[i] = t.float32(t.Data[i*size:])
	}
	return out, nil
}

// float32 is the value at the start of b.
func (t *Tensor) float32(b []byte) float32 {
	switch t.DType {
	case F64:
		return float32(math.Float64frombits(binary.LittleEndian.Uint64(b)))
	case F16:
		return weights.Float16ToFloat32(binary.LittleEndian.Uint16(b))
	case BF16:
		return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16)
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

// Int64s returns the values of an I64 tensor. It returns an error that names the
// tensor where it is of another type or where bytes and shape disagree.
func (t *Tensor) Int64s() ([]int64, error) {
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	if t.DType != I64 {
		return nil, fmt.Errorf("safetensors: tensor %q is %s, expected %s", t.Name, t.DType, I64)
	}
	out := make([]int64, len(t.Data)/8)
	for i := range out {
		out[i] = int64(binary.LittleEndian.Uint64(t.Data[8*i:]))
	}
	return out, nil
}
