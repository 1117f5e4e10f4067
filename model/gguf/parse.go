package gguf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"unnoise/model/weights"
)

const (
	magic            = "GGUF"
	version          = 3
	defaultAlignment = 32
	maxExtents       = 4 // GGML_MAX_DIMS

	leastKeyValueBytes   = 8 + 1 + 4 + 1     // key, type, value
	leastTensorInfoBytes = 8 + 1 + 4 + 4 + 8 // name, number of extents, type, offset
)

// File lists what a GGUF file holds.
type File struct {
	Alignment int
	Metadata  []KeyValue
	Tensors   []TensorInfo // in the file's order
}

// KeyValue is one piece of metadata.
type KeyValue struct {
	Key   string
	Type  ValueType
	Value any // a Go scalar, a string, or a slice of them ([]any for nested arrays)
}

// TensorInfo is one tensor as the file describes it.
type TensorInfo struct {
	Name        string
	Type        weights.Type
	Extents     []int  // innermost first, as in the file
	Data        []byte // aliases the file
	offsetBytes uint64 // from the start of the data section
}

// Lookup returns the metadata of that key, or nil.
func (f *File) Lookup(key string) *KeyValue {
	for i := range f.Metadata {
		if f.Metadata[i].Key == key {
			return &f.Metadata[i]
		}
	}
	return nil
}

// Parse lists the metadata and tensors of a GGUF v3 file, whose bytes may come from
// anywhere. It returns an error that names the metadata key or the tensor where a
// size, offset or count does not fit the file, where tensors overlap or leave gaps,
// or where a type is unknown. The tensors' Data alias data.
func Parse(data []byte) (*File, error) {
	c := &cursor{data: data}
	if err := c.header(); err != nil {
		return nil, fmt.Errorf("gguf: %w", err)
	}
	f, err := c.file()
	if err != nil {
		return nil, fmt.Errorf("gguf: %w", err)
	}
	return f, nil
}

func (c *cursor) header() error {
	b, err := c.take(4, "the magic number")
	if err != nil {
		return err
	}
	if string(b) != magic {
		return fmt.Errorf("not a GGUF file: it starts with %q, expected %q", b, magic)
	}
	got, err := c.uint32("the version")
	if err != nil {
		return err
	}
	if got == version<<24 {
		return fmt.Errorf("a big-endian file, expected little-endian")
	}
	if got != version {
		return fmt.Errorf("version %d, expected %d", got, version)
	}
	return nil
}

func (c *cursor) file() (*File, error) {
	tensors, err := c.count(leastTensorInfoBytes, "tensors")
	if err != nil {
		return nil, err
	}
	keys, err := c.count(leastKeyValueBytes, "metadata values")
	if err != nil {
		return nil, err
	}
	f := &File{Alignment: defaultAlignment}
	seen := map[string]bool{}
	for i := range keys {
		kv, err := c.keyValue(i)
		if err != nil {
			return nil, err
		}
		if seen[kv.Key] {
			return nil, fmt.Errorf("metadata %q appears twice", kv.Key)
		}
		seen[kv.Key] = true
		f.Metadata = append(f.Metadata, kv)
	}
	if err := f.readAlignment(); err != nil {
		return nil, err
	}
	clear(seen)
	for i := range tensors {
		info, err := c.tensorInfo(i, f.Alignment)
		if err != nil {
			return nil, err
		}
		if seen[info.Name] {
			return nil, fmt.Errorf("tensor %q appears twice", info.Name)
		}
		seen[info.Name] = true
		f.Tensors = append(f.Tensors, info)
	}
	return f, f.place(c)
}

func (c *cursor) keyValue(i int) (KeyValue, error) {
	key, err := c.name(math.MaxUint16)
	if err != nil {
		return KeyValue{}, fmt.Errorf("key of metadata value %d: %w", i, err)
	}
	number, err := c.uint32("its type")
	if err != nil {
		return KeyValue{}, fmt.Errorf("metadata %q: %w", key, err)
	}
	kv := KeyValue{Key: key, Type: ValueType(number)}
	if kv.Value, err = c.value(kv.Type, 0); err != nil {
		return KeyValue{}, fmt.Errorf("metadata %q: %w", key, err)
	}
	return kv, nil
}

func (f *File) readAlignment() error {
	kv := f.Lookup(keyAlignment)
	if kv == nil {
		return nil
	}
	n, ok := kv.Value.(uint32)
	if !ok {
		return fmt.Errorf("metadata %q is %v, expected %v", kv.Key, kv.Type, Uint32)
	}
	if n == 0 || n&(n-1) != 0 {
		return fmt.Errorf("metadata %q is %d, expected a power of two", kv.Key, n)
	}
	f.Alignment = int(n)
	return nil
}

func (c *cursor) tensorInfo(i, alignment int) (TensorInfo, error) {
	name, err := c.name(64)
	if err != nil {
		return TensorInfo{}, fmt.Errorf("name of tensor %d: %w", i, err)
	}
	info := TensorInfo{Name: name}
	if err := c.extentsTypeOffset(&info, alignment); err != nil {
		return TensorInfo{}, fmt.Errorf("tensor %q: %w", name, err)
	}
	return info, nil
}

func (c *cursor) extentsTypeOffset(info *TensorInfo, alignment int) error {
	n, err := c.uint32("the number of its extents")
	if err != nil {
		return err
	}
	if n > maxExtents {
		return fmt.Errorf("%d extents, expected at most %d", n, maxExtents)
	}
	for i := range n {
		d, err := c.uint64("its extents")
		if err != nil {
			return err
		}
		if d == 0 || d > math.MaxInt {
			return fmt.Errorf("extent %d is %d, expected 1 or more", i, d)
		}
		info.Extents = append(info.Extents, int(d))
	}
	number, err := c.uint32("its type")
	if err != nil {
		return err
	}
	info.Type = weights.Type(number)
	if info.offsetBytes, err = c.uint64("its offset"); err != nil {
		return err
	}
	if info.offsetBytes%uint64(alignment) != 0 {
		return fmt.Errorf("offset %d, expected a multiple of the alignment %d", info.offsetBytes, alignment)
	}
	return nil
}

// place gives each tensor its bytes: c stands at the end of the descriptions.
func (f *File) place(c *cursor) error {
	start := padded(uint64(c.pos), f.Alignment)
	var section []byte
	if start < uint64(len(c.data)) {
		section = c.data[start:]
	}
	order := make([]*TensorInfo, len(f.Tensors))
	for i := range f.Tensors {
		order[i] = &f.Tensors[i]
	}
	slices.SortStableFunc(order, func(a, b *TensorInfo) int { return cmp.Compare(a.offsetBytes, b.offsetBytes) })
	var end uint64 // of the tensor before, padded
	before := "the start"
	for _, t := range order {
		size, err := t.sizeBytes()
		if err != nil {
			return fmt.Errorf("tensor %q: %w", t.Name, err)
		}
		if t.offsetBytes < end {
			return fmt.Errorf("tensor %q at byte %d of the data overlaps %s, which ends at %d", t.Name, t.offsetBytes, before, end)
		}
		if t.offsetBytes > end {
			return fmt.Errorf("tensor %q at byte %d of the data leaves a gap after %s, which ends at %d", t.Name, t.offsetBytes, before, end)
		}
		if left := uint64(len(section)) - min(end, uint64(len(section))); size > left {
			return fmt.Errorf("tensor %q: needs %d bytes at byte %d of the data, the file has %d more", t.Name, size, t.offsetBytes, left)
		}
		t.Data = section[end : end+size : end+size]
		end = padded(end+size, f.Alignment)
		before = fmt.Sprintf("tensor %q", t.Name)
	}
	if uint64(len(section)) > end {
		return fmt.Errorf("%d bytes follow %s, expected the end of the file", uint64(len(section))-end, before)
	}
	return nil
}

// sizeBytes is the size that extents and type need.
func (t *TensorInfo) sizeBytes() (uint64, error) {
	rows, cols := 1, 1
	for i, d := range t.Extents {
		if rows*cols > math.MaxInt/4/d { // 4: bytes of the widest type
			return 0, fmt.Errorf("extents %v have more values than memory can address", t.Extents)
		}
		if i == 0 {
			cols = d
		} else {
			rows *= d
		}
	}
	rowBytes, err := weights.RowBytes(t.Type, cols)
	return uint64(rows) * uint64(rowBytes), err
}

// name reads a text of 1 to limit bytes of UTF-8.
func (c *cursor) name(limit int) (string, error) {
	start := c.pos
	s, err := c.text()
	switch {
	case err != nil:
		return "", err
	case s == "":
		return "", fmt.Errorf("it is empty (byte %d)", start)
	case len(s) > limit:
		return "", fmt.Errorf("%q… has %d bytes, expected at most %d", s[:32], len(s), limit)
	case !utf8.ValidString(s):
		return "", fmt.Errorf("%q is not UTF-8", s)
	}
	return s, nil
}

// padded is n rounded up to a multiple of alignment.
func padded(n uint64, alignment int) uint64 {
	return (n + uint64(alignment) - 1) / uint64(alignment) * uint64(alignment)
}
