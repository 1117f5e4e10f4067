package gguf

import (
	"encoding/binary"
	"fmt"
	"math"
)

// ValueType is the type of a metadata value (gguf_metadata_value_type).
type ValueType uint32

const (
	Uint8 ValueType = iota
	Int8
	Uint16
	Int16
	Uint32
	Int32
	Float32
	Bool
	String
	Array
	Uint64
	Int64
	Float64
)

var valueTypeNames = [...]string{"UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32",
	"FLOAT32", "BOOL", "STRING", "ARRAY", "UINT64", "INT64", "FLOAT64"}

// String is the type's name in GGUF's text.
func (t ValueType) String() string {
	if int(t) < len(valueTypeNames) {
		return valueTypeNames[t]
	}
	return fmt.Sprintf("value type %d", uint32(t))
}

// sizeBytes is the size of a value, or the least it can take where it varies: the
// length of a string; the element type and length of an array.
func (t ValueType) sizeBytes() int {
	switch t {
	case Uint8, Int8, Bool:
		return 1
	case Uint16, Int16:
		return 2
	case Uint32, Int32, Float32:
		return 4
	case Array:
		return 4 + 8
	}
	return 8
}

// maxArrayDepth bounds arrays of arrays, so that a file cannot exhaust the stack.
const maxArrayDepth = 4

// value reads a value of type t: a Go scalar of that type, a string, or a slice of
// them; an array of arrays is a []any.
func (c *cursor) value(t ValueType, depth int) (any, error) {
	switch {
	case t > Float64:
		return nil, fmt.Errorf("unknown %v", t)
	case t == String:
		return c.text()
	case t == Array:
		return c.array(depth)
	}
	b, err := c.take(uint64(t.sizeBytes()), t.String())
	if err != nil {
		return nil, err
	}
	switch t {
	case Uint8:
		return b[0], nil
	case Int8:
		return int8(b[0]), nil
	case Uint16:
		return binary.LittleEndian.Uint16(b), nil
	case Int16:
		return int16(binary.LittleEndian.Uint16(b)), nil
	case Uint32:
		return binary.LittleEndian.Uint32(b), nil
	case Int32:
		return int32(binary.LittleEndian.Uint32(b)), nil
	case Float32:
		return math.Float32frombits(binary.LittleEndian.Uint32(b)), nil
	case Uint64:
		return binary.LittleEndian.Uint64(b), nil
	case Int64:
		return int64(binary.LittleEndian.Uint64(b)), nil
	case Float64:
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), nil
	}
	return boolOf(b[0])
}

// array reads the element type, the length and the elements of an array.
func (c *cursor) array(depth int) (any, error) {
	if depth == maxArrayDepth {
		return nil, fmt.Errorf("arrays nested more than %d deep", maxArrayDepth)
	}
	number, err := c.uint32("the array's type")
	if err != nil {
		return nil, err
	}
	elem := ValueType(number)
	if elem > Float64 {
		return nil, fmt.Errorf("array of unknown %v", elem)
	}
	length, err := c.count(elem.sizeBytes(), elem.String()+" values")
	if err != nil {
		return nil, err
	}
	switch elem {
	case String:
		return elements(length, c.text)
	case Array:
		return elements(length, func() (any, error) { return c.array(depth + 1) })
	case Bool:
		return elements(length, func() (bool, error) {
			b, err := c.take(1, "BOOL")
			if err != nil {
				return false, err
			}
			return boolOf(b[0])
		})
	}
	b, err := c.take(uint64(length*elem.sizeBytes()), elem.String()+" values")
	if err != nil {
		return nil, err
	}
	values := makeNumbers(elem, length)
	if _, err := binary.Decode(b, binary.LittleEndian, values); err != nil {
		return nil, err
	}
	return values, nil
}

func makeNumbers(t ValueType, length int) any {
	switch t {
	case Uint8:
		return make([]uint8, length)
	case Int8:
		return make([]int8, length)
	case Uint16:
		return make([]uint16, length)
	case Int16:
		return make([]int16, length)
	case Uint32:
		return make([]uint32, length)
	case Int32:
		return make([]int32, length)
	case Float32:
		return make([]float32, length)
	case Uint64:
		return make([]uint64, length)
	case Int64:
		return make([]int64, length)
	}
	return make([]float64, length)
}

func elements[T any](length int, next func() (T, error)) (any, error) {
	values := make([]T, length)
	for i := range values {
		var err error
		if values[i], err = next(); err != nil {
			return nil, fmt.Errorf("element %d: %w", i, err)
		}
	}
	return values, nil
}

func boolOf(b byte) (bool, error) {
	if b > 1 {
		return false, fmt.Errorf("a BOOL is %d, expected 0 or 1", b)
	}
	return b == 1, nil
}
