package gguf

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"unnoise/model/weights"
)

// maxNameBytes is the longest name that every GGUF tool reads (doc.go).
const maxNameBytes = 63

// Write writes set as a GGUF v3 file, the same bytes for the same set. It returns an
// error that names the key or tensor that GGUF cannot hold, before it writes
// anything, or else w's.
func Write(w io.Writer, set *weights.Set) error {
	if err := write(w, set); err != nil {
		return fmt.Errorf("gguf: %w", err)
	}
	return nil
}

func write(w io.Writer, set *weights.Set) error {
	metadata, err := describe(set)
	if err != nil {
		return err
	}
	names := set.Names()
	stored := storedNames(names)
	var infos buffer
	var offset uint64
	for i, name := range names {
		t := set.Lookup(name)
		if name == "" || !utf8.ValidString(name) {
			return fmt.Errorf("tensor %.80q: the name is empty or not UTF-8", name)
		}
		if stored[i] != name {
			metadata.text(prefixName+stored[i], name)
		}
		infos.string(stored[i])
		if len(t.Shape) == 1 {
			infos.numbers(1, uint64(t.Cols()))
		} else {
			if len(t.Shape) != 2 || t.Joined() {
				if slices.ContainsFunc(t.Shape, func(d int) bool { return d > math.MaxUint32 }) {
					return fmt.Errorf("tensor %q: shape %v has an extent beyond %d", name, t.Shape, uint32(math.MaxUint32))
				}
				metadata.shape(prefixShape+stored[i], t.Shape)
			}
			if t.Joined() {
				infos.numbers(1, uint64(t.Shape.Elems()))
			} else {
				infos.numbers(2, uint64(t.Cols()), uint64(t.Rows()))
			}
		}
		infos.uint32(uint32(t.Type))
		infos.uint64(offset)
		offset += padded(uint64(len(t.Data)), defaultAlignment)
	}

	var head buffer
	head.bytes = append(head.bytes, magic...)
	head.uint32(version)
	head.uint64(uint64(len(names)))
	head.uint64(uint64(metadata.count))
	head.bytes = append(append(head.bytes, metadata.bytes...), infos.bytes...)
	if err := writePadded(w, head.bytes); err != nil {
		return err
	}
	for _, name := range names {
		if err := writePadded(w, set.Lookup(name).Data); err != nil {
			return err
		}
	}
	return nil
}

// describe returns the metadata of a set but for its tensors' names and shapes.
func describe(set *weights.Set) (*metadata, error) {
	if err := checkObject(set.Config); err != nil {
		return nil, fmt.Errorf("the model's config: %w", err)
	}
	m := &metadata{}
	m.text(keyArchitecture, architecture(set.Config))
	fileType, blocks := fileTypeOf(set)
	m.number(keyFileType, fileType)
	if blocks {
		m.number(keyQuantizationVersion, 2) // GGML_QNT_VERSION
	}
	for _, key := range slices.Sorted(maps.Keys(set.Meta)) {
		if key == "" || len(key) > math.MaxUint16 || !utf8.ValidString(key) || reserved(key) {
			return nil, fmt.Errorf("metadata %.80q: the key is empty, too long, not UTF-8 or the format's own", key)
		}
		m.text(key, set.Meta[key])
	}
	m.text(keyConfig, string(set.Config))
	if set.Scheduler != nil {
		if err := checkObject(set.Scheduler); err != nil {
			return nil, fmt.Errorf("the scheduler's config: %w", err)
		}
		m.text(keyScheduler, string(set.Scheduler))
	}
	return m, nil
}

// architecture is the class name of a diffusers config in the letters that GGUF
// allows, [a-z0-9], or "diffusers" where the config does not say.
func architecture(config json.RawMessage) string {
	var named struct {
		Class any `json:"_class_name"`
	}
	_ = json.Unmarshal(config, &named) // checked before; a class of another type is none
	class, _ := named.Class.(string)
	class = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(class))
	if class == "" {
		return "diffusers"
	}
	return class
}

// fileTypeOf returns the number (llama_ftype) of the type that most bytes of the set
// have, and whether a tensor has blocks.
func fileTypeOf(set *weights.Set) (number uint32, blocks bool) {
	sizes := map[weights.Type]int{}
	for _, name := range set.Names() {
		t := set.Lookup(name)
		sizes[t.Type] += len(t.Data)
	}
	most := weights.F32
	for _, t := range []weights.Type{weights.F16, weights.Q8_0, weights.Q4_0} {
		if sizes[t] > sizes[most] {
			most = t
		}
	}
	numbers := map[weights.Type]uint32{weights.F32: 0, weights.F16: 1, weights.Q4_0: 2, weights.Q8_0: 7}
	return numbers[most], sizes[weights.Q8_0]+sizes[weights.Q4_0] > 0
}

// storedNames returns the names under which tensors are stored: "t.<n>" where the
// true one is too long, with numbers that no other tensor has taken.
func storedNames(names []string) []string {
	stored := slices.Clone(names)
	n := 0
	for i, name := range names {
		if len(name) <= maxNameBytes {
			continue
		}
		for {
			stored[i] = fmt.Sprintf("t.%d", n)
			n++
			if _, taken := slices.BinarySearch(names, stored[i]); !taken {
				break
			}
		}
	}
	return stored
}

// metadata collects key-value pairs.
type metadata struct {
	buffer
	count int
}

func (m *metadata) key(key string, t ValueType) {
	m.count++
	m.string(key)
	m.uint32(uint32(t))
}

func (m *metadata) text(key, value string) {
	m.key(key, String)
	m.string(value)
}

func (m *metadata) number(key string, value uint32) {
	m.key(key, Uint32)
	m.uint32(value)
}

func (m *metadata) shape(key string, extents []int) {
	m.key(key, Array)
	m.uint32(uint32(Uint32))
	m.uint64(uint64(len(extents)))
	for _, d := range extents {
		m.uint32(uint32(d))
	}
}

// buffer collects GGUF's little-endian scalars.
type buffer struct{ bytes []byte }

func (b *buffer) uint32(v uint32) { b.bytes = binary.LittleEndian.AppendUint32(b.bytes, v) }
func (b *buffer) uint64(v uint64) { b.bytes = binary.LittleEndian.AppendUint64(b.bytes, v) }

func (b *buffer) string(s string) {
	b.uint64(uint64(len(s)))
	b.bytes = append(b.bytes, s...)
}

// numbers appends a count as uint32 and that many uint64.
func (b *buffer) numbers(count uint32, values ...uint64) {
	b.uint32(count)
	for _, v := range values {
		b.uint64(v)
	}
}

// writePadded writes b and zeros up to the next multiple of the alignment.
func writePadded(w io.Writer, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return err
	}
	rest := padded(uint64(len(b)), defaultAlignment) - uint64(len(b))
	_, err := w.Write(make([]byte, rest))
	return err
}
