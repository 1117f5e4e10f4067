package safetensors

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// DType is the type of a tensor's values, little-endian.
type DType string

const (
	F64  DType = "F64"
	F32  DType = "F32"
	F16  DType = "F16"
	BF16 DType = "BF16" // the upper half of a binary32
	I64  DType = "I64"
	I32  DType = "I32"
)

// sizeBytes is the size of one value, 0 for a type that is not supported.
func (d DType) sizeBytes() int {
	switch d {
	case F64, I64:
		return 8
	case F32, I32:
		return 4
	case F16, BF16:
		return 2
	}
	return 0
}

// Whole tells whether the values are whole numbers.
func (d DType) Whole() bool { return d == I64 || d == I32 }

// Tensor is one tensor of a file.
type Tensor struct {
	Name  string
	DType DType
	Shape []int  // outermost extent first; empty for a scalar; extents may be 0
	Data  []byte // in row-major order; of a file that was read, it aliases the file
}

// File is what a safetensors file holds.
type File struct {
	Metadata map[string]string
	Tensors  []Tensor // of a file that was read, in the order of their data
}

// Lookup returns the tensor of that name, or nil.
func (f *File) Lookup(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// maxHeaderBytes is the limit of the reference implementation (MAX_HEADER_SIZE).
const maxHeaderBytes = 100_000_000

// Read lists the tensors of a safetensors file, whose bytes may come from anywhere.
// Their Data alias data. It returns an error that names the tensor where an offset,
// shape or type is wrong or does not fit the file.
func Read(data []byte) (*File, error) {
	f, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	return f, nil
}

func read(data []byte) (*File, error) {
	if len(data) < 8 {
		return nil, fmt.Errorf("%d bytes, expected at least the 8 of the header's length", len(data))
	}
	length := binary.LittleEndian.Uint64(data)
	data = data[8:]
	if length > maxHeaderBytes || length > uint64(len(data)) {
		return nil, fmt.Errorf("a header of %d bytes announced, expected at most %d", length, min(maxHeaderBytes, len(data)))
	}
	metadata, entries, err := parseHeader(data[:length])
	if err != nil {
		return nil, err
	}
	tensors, err := place(entries, data[length:])
	if err != nil {
		return nil, err
	}
	return &File{Metadata: metadata, Tensors: tensors}, nil
}

// place gives each tensor its bytes of data, which the tensors must fill one after
// the other.
func place(entries []entry, data []byte) ([]Tensor, error) {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	tensors := make([]Tensor, 0, len(entries))
	var end uint64 // of the tensor before
	before := "the start"
	for _, e := range entries {
		size, err := sizeBytes(e.tensor.DType, e.tensor.Shape)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.tensor.Name, err)
		}
		switch name := e.tensor.Name; {
		case e.end < e.begin || e.end-e.begin != uint64(size):
			return nil, fmt.Errorf("tensor %q: data from %d to %d, shape %v of %s needs %d bytes", name, e.begin, e.end, e.tensor.Shape, e.tensor.DType, size)
		case e.begin < end:
			return nil, fmt.Errorf("tensor %q at byte %d of the data overlaps %s, which ends at %d", name, e.begin, before, end)
		case e.begin > end:
			return nil, fmt.Errorf("tensor %q at byte %d of the data leaves a gap after %s, which ends at %d", name, e.begin, before, end)
		case e.end > uint64(len(data)):
			return nil, fmt.Errorf("tensor %q: data from %d to %d, the file has %d bytes of data", name, e.begin, e.end, len(data))
		}
		e.tensor.Data = data[e.begin:e.end:e.end]
		tensors = append(tensors, e.tensor)
		end = e.end
		before = fmt.Sprintf("tensor %q", e.tensor.Name)
	}
	if end != uint64(len(data)) {
		return nil, fmt.Errorf("%d bytes follow %s, expected the end of the file", uint64(len(data))-end, before)
	}
	return tensors, nil
}

// sizeBytes is the size that a shape of non-negative extents needs.
func sizeBytes(d DType, shape []int) (int, error) {
	size := d.sizeBytes()
	if size == 0 {
		return 0, fmt.Errorf("type %q, expected F64, F32, F16, BF16, I64 or I32", string(d))
	}
	for _, extent := range shape {
		if extent > 0 && size > math.MaxInt/extent {
			return 0, fmt.Errorf("shape %v has more values than memory can address", shape)
		}
		size *= extent
	}
	return size, nil
}
