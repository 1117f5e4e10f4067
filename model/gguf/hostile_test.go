package gguf

import (
	"bytes"
	"math"
	"runtime"
	"strings"
	"testing"

	"unnoise/model/weights"
)

// file builds GGUF files, wrong ones too.
type file struct {
	version       uint32
	tensors, keys int // added to the true counts
	metadata      metadata
	infos         buffer
	infoCount     int
	data          []byte
}

// newFile has a config, so that what is wrong is what a test adds.
func newFile() *file {
	f := &file{version: version}
	f.metadata.text(keyConfig, "{}")
	return f
}

// tensor describes a tensor and adds dataBytes of data, padded to 32.
func (f *file) tensor(name string, t weights.Type, offset uint64, dataBytes int, extents ...uint64) *file {
	f.infos.string(name)
	f.infos.numbers(uint32(len(extents)), extents...)
	f.infos.uint32(uint32(t))
	f.infos.uint64(offset)
	f.infoCount++
	f.data = append(f.data, make([]byte, padded(uint64(dataBytes), 32))...)
	return f
}

func (f *file) bytes() []byte {
	var b buffer
	b.bytes = append(b.bytes, magic...)
	b.uint32(f.version)
	b.uint64(uint64(f.infoCount + f.tensors))
	b.uint64(uint64(f.metadata.count + f.keys))
	out := append(append(b.bytes, f.metadata.bytes...), f.infos.bytes...)
	out = append(out, make([]byte, padded(uint64(len(out)), 32)-uint64(len(out)))...)
	return append(out, f.data...)
}

// with adds metadata.
func (f *file) with(add func(m *metadata)) *file {
	add(&f.metadata)
	return f
}

func TestReadHostile(t *testing.T) {
	whole := newFile().tensor("w", weights.F32, 0, 16, 4).bytes()
	array := func(key string, elem ValueType, length uint64, payload ...byte) func(m *metadata) {
		return func(m *metadata) {
			m.key(key, Array)
			m.uint32(uint32(elem))
			m.uint64(length)
			m.bytes = append(m.bytes, payload...)
		}
	}
	for _, c := range []struct {
		name string
		data []byte
		want []string // all of it is in the message
	}{
		{"empty", nil, []string{"magic number", "4 bytes"}},
		{"not gguf", []byte("PK\x03\x04 and so on"), []string{`"PK\x03\x04"`, `"GGUF"`}},
		{"version 2", (&file{version: 2}).bytes(), []string{"version 2", "expected 3"}},
		{"big-endian", (&file{version: 3 << 24}).bytes(), []string{"big-endian"}},
		{"many tensors", (&file{version: 3, tensors: 1 << 60}).bytes(), []string{"1152921504606846976 tensors", "hold at most"}},
		{"many keys", (&file{version: 3, keys: 1 << 60}).bytes(), []string{"1152921504606846976 metadata values", "hold at most"}},
		{"no config", (&file{version: 3}).bytes(), []string{keyConfig, "missing"}},

		{"key too long for the file", newFile().with(func(m *metadata) { m.count++; m.uint64(1 << 62) }).bytes(), []string{"key of metadata value 1", "4611686018427387904"}},
		{"empty key", newFile().with(func(m *metadata) { m.text("", "x") }).bytes(), []string{"key of metadata value 1", "empty"}},
		{"key of 65536 bytes", newFile().with(func(m *metadata) { m.text(strings.Repeat("k", 65536), "x") }).bytes(), []string{"65536 bytes", "65535"}},
		{"key not UTF-8", newFile().with(func(m *metadata) { m.text("k\xff", "x") }).bytes(), []string{`"k\xff"`, "UTF-8"}},
		{"key twice", newFile().with(func(m *metadata) { m.text("k", "x"); m.text("k", "x") }).bytes(), []string{`"k"`, "twice"}},
		{"unknown value type", newFile().with(func(m *metadata) { m.key("k", 13) }).bytes(), []string{`"k"`, "value type 13"}},
		{"long text", newFile().with(func(m *metadata) { m.key("k", String); m.uint64(math.MaxUint64) }).bytes(), []string{`"k"`, "STRING", "18446744073709551615"}},
		{"bool 2", newFile().with(func(m *metadata) { m.key("k", Bool); m.bytes = append(m.bytes, 2) }).bytes(), []string{`"k"`, "BOOL is 2"}},
		{"long array", newFile().with(array("k", Float64, 1<<61)).bytes(), []string{`"k"`, "2305843009213693952 FLOAT64 values"}},
		{"long array of texts", newFile().with(array("k", String, 1<<61)).bytes(), []string{`"k"`, "2305843009213693952 STRING values"}},
		{"array of unknown type", newFile().with(array("k", 99, 1)).bytes(), []string{`"k"`, "value type 99"}},
		{"array of bools", newFile().with(array("k", Bool, 2, 1, 7)).bytes(), []string{`"k"`, "element 1", "BOOL is 7"}},
		{"deep array", newFile().with(deepArray("k", 10000)).bytes(), []string{`"k"`, "nested more than 4 deep"}},
		{"alignment of another type", newFile().with(func(m *metadata) { m.text(keyAlignment, "32") }).bytes(), []string{keyAlignment, "STRING", "UINT32"}},
		{"alignment 0", newFile().with(func(m *metadata) { m.number(keyAlignment, 0) }).bytes(), []string{keyAlignment, "is 0", "power of two"}},
		{"alignment 48", newFile().with(func(m *metadata) { m.number(keyAlignment, 48) }).bytes(), []string{keyAlignment, "is 48", "power of two"}},
		{"config of another type", (&file{version: 3}).with(func(m *metadata) { m.number(keyConfig, 1) }).bytes(), []string{keyConfig, "UINT32", "STRING"}},
		{"config no JSON", (&file{version: 3}).with(func(m *metadata) { m.text(keyConfig, "{") }).bytes(), []string{keyConfig, `"{"`, "JSON object"}},
		{"config no object", (&file{version: 3}).with(func(m *metadata) { m.text(keyConfig, " [1]") }).bytes(), []string{keyConfig, "JSON object"}},
		{"scheduler no JSON", newFile().with(func(m *metadata) { m.text(keyScheduler, "") }).bytes(), []string{keyScheduler, "JSON object"}},

		{"name too long for the file", newFile().tensor(strings.Repeat("n", 65), weights.F32, 0, 16, 4).bytes(), []string{"name of tensor 0", "65 bytes", "64"}},
		{"empty name", newFile().tensor("", weights.F32, 0, 16, 4).bytes(), []string{"name of tensor 0", "empty"}},
		{"name twice", newFile().tensor("w", weights.F32, 0, 16, 4).tensor("w", weights.F32, 32, 16, 4).bytes(), []string{`"w"`, "twice"}},
		{"five extents", newFile().tensor("w", weights.F32, 0, 16, 4, 1, 1, 1, 1).bytes(), []string{`"w"`, "5 extents", "at most 4"}},
		{"four billion extents", newFile().with(func(*metadata) {}).raw("w", math.MaxUint32).bytes(), []string{`"w"`, "4294967295 extents"}},
		{"extent 0", newFile().tensor("w", weights.F32, 0, 0, 0, 4).bytes(), []string{`"w"`, "extent 0 is 0"}},
		{"extent beyond int", newFile().tensor("w", weights.F32, 0, 0, math.MaxUint64).bytes(), []string{`"w"`, "18446744073709551615"}},
		{"product overflows to 0", newFile().tensor("w", weights.F32, 0, 16, 1<<32, 1<<32).bytes(), []string{`"w"`, "4294967296", "memory"}},
		{"product overflows to 4", newFile().tensor("w", weights.F16, 0, 16, 1<<33, 1<<31+1).bytes(), []string{`"w"`, "memory"}},
		{"unknown type", newFile().tensor("w", 12, 0, 160, 32).bytes(), []string{`"w"`, "type 12", "Q8_0"}},
		{"partial blocks", newFile().tensor("w", weights.Q8_0, 0, 64, 48).bytes(), []string{`"w"`, "48", "multiple of 32"}},
		{"offset unaligned", newFile().tensor("w", weights.F32, 8, 32, 4).bytes(), []string{`"w"`, "offset 8", "32"}},
		{"offset beyond the file", newFile().tensor("w", weights.F32, 1<<63, 16, 4).bytes(), []string{`"w"`, "9223372036854775808", "gap"}},
		{"overlap", newFile().tensor("v", weights.F32, 0, 64, 16).tensor("w", weights.F32, 32, 16, 4).bytes(), []string{`"w"`, `overlaps tensor "v"`}},
		{"same place", newFile().tensor("v", weights.F32, 0, 16, 4).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{`"w"`, `overlaps tensor "v"`}},
		{"gap", newFile().tensor("v", weights.F32, 0, 16, 4).tensor("w", weights.F32, 64, 48, 4).bytes(), []string{`"w"`, `gap after tensor "v"`}},
		{"tensor beyond the end", newFile().tensor("w", weights.F32, 0, 64, 1<<40).bytes(), []string{`"w"`, "4398046511104 bytes", "64 more"}},
		{"bytes after the end", append(bytes.Clone(whole), 0), []string{`"w"`, "1 bytes follow"}},
		{"truncated data", whole[:len(whole)-17], []string{`"w"`, "needs 16 bytes", "15 more"}},

		{"convolution without its shape", newFile().tensor("w", weights.F32, 0, 16, 1, 1, 2, 2).bytes(), []string{`"w"`, "4 extents", prefixShape + "w"}},
		{"shape of another type", newFile().with(func(m *metadata) { m.text(prefixShape+"w", "4") }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixShape + "w", "STRING", "ARRAY of UINT32"}},
		{"shape 0", newFile().with(func(m *metadata) { m.shape(prefixShape+"w", []int{4, 0}) }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixShape + "w", "extent 1 is 0"}},
		{"shape beyond the file", newFile().with(func(m *metadata) { m.shape(prefixShape+"w", []int{math.MaxUint32}) }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{`"w"`, "16 bytes", "[4294967295]", "17179869180"}},
		{"shape overflows", newFile().with(func(m *metadata) { m.shape(prefixShape+"w", []int{4, 1 << 31, 1 << 31}) }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{`"w"`, "memory"}},
		{"shape of other size", newFile().with(func(m *metadata) { m.shape(prefixShape+"w", []int{1, 5, 1, 1}) }).tensor("w", weights.F32, 0, 16, 4, 1).bytes(), []string{`"w"`, "16 bytes", "[1, 5, 1, 1]", "20"}},
		{"shape of other rows", newFile().with(func(m *metadata) { m.shape(prefixShape+"w", []int{1, 4, 1, 1}) }).tensor("w", weights.F32, 0, 16, 2, 2).bytes(), []string{`"w"`, "2 rows of 2", "expected 1 of 4"}},
		{"shape of no tensor", newFile().with(func(m *metadata) { m.shape(prefixShape+"v", []int{4}) }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixShape + "v", "no tensor"}},
		{"name of another type", newFile().with(func(m *metadata) { m.number(prefixName+"w", 1) }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixName + "w", "UINT32", "STRING"}},
		{"name of no tensor", newFile().with(func(m *metadata) { m.text(prefixName+"v", "long") }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixName + "v", "no tensor"}},
		{"true name empty", newFile().with(func(m *metadata) { m.text(prefixName+"w", "") }).tensor("w", weights.F32, 0, 16, 4).bytes(), []string{prefixName + "w", "expected the name"}},
		{"true name taken", newFile().with(func(m *metadata) { m.text(prefixName+"w", "v") }).tensor("v", weights.F32, 0, 16, 4).tensor("w", weights.F32, 32, 16, 4).bytes(), []string{`"v"`, "twice"}},
	} {
		_, err := Read(c.data)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, part := range append(c.want, "gguf: ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", c.name, err, part)
			}
		}
	}
	if _, err := Read(whole); err != nil {
		t.Errorf("the file that most of these are made of: %v", err)
	}
}

// raw describes a tensor of that many extents and gives none.
func (f *file) raw(name string, extents uint32) *file {
	f.infos.string(name)
	f.infos.uint32(extents)
	f.infoCount++
	f.data = make([]byte, 64)
	return f
}

// deepArray is an array in an array, and so on.
func deepArray(key string, depth int) func(m *metadata) {
	return func(m *metadata) {
		m.key(key, Array)
		for range depth {
			m.uint32(uint32(Array))
			m.uint64(1)
		}
		m.uint32(uint32(Uint8))
		m.uint64(0)
	}
}

// Every prefix of a file is an error, not a panic and not a smaller model.
func TestReadTruncated(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, synthetic(t, weights.Q8_0)); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	set, err := Read(whole)
	if err != nil {
		t.Fatal(err)
	}
	last := set.Lookup(set.Names()[set.Len()-1])
	padding := int(padded(uint64(len(last.Data)), defaultAlignment)) - len(last.Data)
	for n := range len(whole) - padding {
		if _, err := Read(whole[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are read without an error", n, len(whole))
		}
	}
}

// A file of a few bytes that announces a lot must not make the reader allocate it.
func TestReadAllocatesWithinFile(t *testing.T) {
	f := newFile().with(func(m *metadata) {
		m.key("k", Array)
		m.uint32(uint32(Float64))
		m.uint64(1 << 40)
	}).bytes()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(f); err == nil {
		t.Fatal("no error")
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 64<<10 {
		t.Errorf("%d bytes allocated for a file of %d", got, len(f))
	}
}
