package gguf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"unnoise/model/weights"
)

// The keys of doc.go.
const (
	keyArchitecture        = "general.architecture"
	keyAlignment           = "general.alignment"
	keyFileType            = "general.file_type"
	keyQuantizationVersion = "general.quantization_version"
	keyConfig              = "unnoise.config"
	keyScheduler           = "unnoise.scheduler"
	prefixShape            = "unnoise.shape."
	prefixName             = "unnoise.name."
)

// reserved reports whether a key is the format's own, so that it is no part of
// weights.Set.Meta.
func reserved(key string) bool {
	switch key {
	case keyArchitecture, keyAlignment, keyFileType, keyQuantizationVersion, keyConfig, keyScheduler:
		return true
	}
	return strings.HasPrefix(key, prefixShape) || strings.HasPrefix(key, prefixName)
}

// Read turns a GGUF file that Write made into a set of weights. The bytes may come
// from anywhere; the set's tensors alias them. Beyond Parse's errors, it returns one
// that names the key or tensor where the config is missing or no JSON object, or
// where a true shape or name does not belong to the tensor stored.
func Read(data []byte) (*weights.Set, error) {
	f, err := Parse(data)
	if err != nil {
		return nil, err
	}
	set, err := f.set()
	if err != nil {
		return nil, fmt.Errorf("gguf: %w", err)
	}
	return set, nil
}

func (f *File) set() (*weights.Set, error) {
	set := weights.NewSet(nil)
	shapes, names := map[string]*KeyValue{}, map[string]*KeyValue{}
	for i := range f.Metadata {
		kv := &f.Metadata[i]
		var err error
		switch {
		case kv.Key == keyConfig:
			set.Config, err = kv.object()
		case kv.Key == keyScheduler:
			set.Scheduler, err = kv.object()
		case strings.HasPrefix(kv.Key, prefixShape):
			shapes[strings.TrimPrefix(kv.Key, prefixShape)] = kv
		case strings.HasPrefix(kv.Key, prefixName):
			names[strings.TrimPrefix(kv.Key, prefixName)] = kv
		case kv.Type == String && !reserved(kv.Key):
			set.Meta[kv.Key] = kv.Value.(string)
		}
		if err != nil {
			return nil, err
		}
	}
	if set.Config == nil {
		return nil, fmt.Errorf("metadata %q is missing: not a model that unnoise's convert wrote", keyConfig)
	}
	for i := range f.Tensors {
		stored := f.Tensors[i].Name
		t, err := f.Tensors[i].tensor(shapes[stored], names[stored])
		if err != nil {
			return nil, err
		}
		if err := set.Add(t); err != nil {
			return nil, err
		}
		if err := f.Tensors[i].checkMatrix(t); err != nil {
			return nil, err
		}
		delete(shapes, stored)
		delete(names, stored)
	}
	for _, left := range []map[string]*KeyValue{shapes, names} {
		for name, kv := range left {
			return nil, fmt.Errorf("metadata %q belongs to no tensor: there is no %q", kv.Key, name)
		}
	}
	return set, nil
}

// tensor is the tensor of weights that t stores. shape and name are nil where the
// file has no metadata of that kind for it.
func (t *TensorInfo) tensor(shape, name *KeyValue) (*weights.Tensor, error) {
	out := &weights.Tensor{Name: t.Name, Type: t.Type, Data: t.Data}
	if name != nil {
		text, ok := name.Value.(string)
		if !ok {
			return nil, fmt.Errorf("metadata %q is %v, expected %v", name.Key, name.Type, String)
		}
		if text == "" || !utf8.ValidString(text) {
			return nil, fmt.Errorf("metadata %q is %.80q, expected the name of a tensor", name.Key, text)
		}
		out.Name = text
	}
	if shape != nil {
		extents, err := shape.extents()
		if err != nil {
			return nil, err
		}
		out.Shape = extents
		return out, nil
	}
	if len(t.Extents) > 2 {
		return nil, fmt.Errorf("tensor %q has %d extents, expected a matrix and its true shape in metadata %q", t.Name, len(t.Extents), prefixShape+t.Name)
	}
	out.Shape = slices.Clone(t.Extents)
	slices.Reverse(out.Shape)
	return out, nil
}

// checkMatrix returns an error that names t where its extents are not those in which
// a tensor of u's shape is stored.
func (t *TensorInfo) checkMatrix(u *weights.Tensor) error {
	rows, cols := 1, 1
	for i, d := range t.Extents {
		if i == 0 {
			cols = d
		} else {
			rows *= d
		}
	}
	wantRows, wantCols := u.Rows(), u.Cols()
	if u.Joined() {
		wantRows, wantCols = 1, u.Shape.Elems()
	}
	if rows != wantRows || cols != wantCols {
		return fmt.Errorf("tensor %q of shape %v is stored as %d rows of %d values, expected %d of %d",
			t.Name, u.Shape, rows, cols, wantRows, wantCols)
	}
	return nil
}

// object is the JSON object that a text value holds.
func (kv *KeyValue) object() (json.RawMessage, error) {
	text, ok := kv.Value.(string)
	if !ok {
		return nil, fmt.Errorf("metadata %q is %v, expected %v", kv.Key, kv.Type, String)
	}
	if err := checkObject([]byte(text)); err != nil {
		return nil, fmt.Errorf("metadata %q: %w", kv.Key, err)
	}
	return json.RawMessage(text), nil
}

func checkObject(text []byte) error {
	if !json.Valid(text) || bytes.TrimLeft(text, " \t\r\n")[0] != '{' {
		return fmt.Errorf("%.40q… is not a JSON object", text)
	}
	return nil
}

// extents is the shape that an array of integers gives, outermost extent first.
func (kv *KeyValue) extents() ([]int, error) {
	values, ok := kv.Value.([]uint32)
	if !ok {
		return nil, fmt.Errorf("metadata %q is %v, expected %v of %v", kv.Key, kv.Type, Array, Uint32)
	}
	out := make([]int, len(values))
	for i, v := range values {
		out[i] = int(v)
		if out[i] < 1 {
			return nil, fmt.Errorf("metadata %q: extent %d is %d, expected 1 or more", kv.Key, i, v)
		}
	}
	return out, nil
}
