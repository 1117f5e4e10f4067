package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Write writes f, the same bytes for the same tensors and metadata: widest types
// first, so that values are aligned, then by name. It returns an error that names the
// tensor whose bytes do not match its shape or whose name is taken or not allowed,
// before it writes anything, or else w's.
func Write(w io.Writer, f *File) error {
	tensors := slices.Clone(f.Tensors)
	slices.SortStableFunc(tensors, func(a, b Tensor) int {
		return cmp.Or(cmp.Compare(b.DType.sizeBytes(), a.DType.sizeBytes()), cmp.Compare(a.Name, b.Name))
	})
	header, err := formatHeader(f.Metadata, tensors)
	if err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	if _, err := w.Write(header); err != nil {
		return fmt.Errorf("safetensors: %w", err)
	}
	for _, t := range tensors {
		if _, err := w.Write(t.Data); err != nil {
			return fmt.Errorf("safetensors: tensor %q: %w", t.Name, err)
		}
	}
	return nil
}

// formatHeader returns the header's length and the header, padded to a multiple of 8.
func formatHeader(metadata map[string]string, tensors []Tensor) ([]byte, error) {
	var b bytes.Buffer
	b.Write(make([]byte, 8))
	separator := byte('{')
	member := func(name string, value any) error {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		b.WriteByte(separator)
		separator = ','
		fmt.Fprintf(&b, "%s:%s", key, text)
		return nil
	}
	if len(metadata) > 0 {
		if err := member(metadataName, metadata); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{metadataName: true}
	offset := 0
	for _, t := range tensors {
		if seen[t.Name] || !utf8.ValidString(t.Name) {
			return nil, fmt.Errorf("tensor %q: the name is taken or not UTF-8", t.Name)
		}
		seen[t.Name] = true
		if err := t.check(); err != nil {
			return nil, err
		}
		err := member(t.Name, struct {
			DType   DType  `json:"dtype"`
			Shape   []int  `json:"shape"`
			Offsets [2]int `json:"data_offsets"`
		}{t.DType, append([]int{}, t.Shape...), [2]int{offset, offset + len(t.Data)}})
		if err != nil {
			return nil, err
		}
		offset += len(t.Data)
	}
	if separator == '{' {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	header := b.Bytes()
	binary.LittleEndian.PutUint64(header, uint64(len(header)-8))
	if len(header)-8 > maxHeaderBytes {
		return nil, fmt.Errorf("the header has %d bytes, expected at most %d", len(header)-8, maxHeaderBytes)
	}
	return header, nil
}

// check returns an error that names t where its bytes are not what its shape needs.
func (t *Tensor) check() error {
	for _, extent := range t.Shape {
		if extent < 0 {
			return fmt.Errorf("tensor %q: shape %v has an extent below 0", t.Name, t.Shape)
		}
	}
	size, err := sizeBytes(t.DType, t.Shape)
	if err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	if size != len(t.Data) {
		return fmt.Errorf("tensor %q: %d bytes, shape %v of %s needs %d", t.Name, len(t.Data), t.Shape, t.DType, size)
	}
	return nil
}
