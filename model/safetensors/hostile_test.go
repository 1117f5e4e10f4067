package safetensors

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// fileOf is a file with that header and so many bytes of data.
func fileOf(header string, dataBytes int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, dataBytes)...)
}

func TestReadHostile(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want []string // all of it is in the message
	}{
		{"empty", nil, []string{"0 bytes", "8"}},
		{"short", make([]byte, 7), []string{"7 bytes", "8"}},
		{"header longer than the file", append(binary.LittleEndian.AppendUint64(nil, 100), "{}"...), []string{"100 bytes", "at most 2"}},
		{"header of 2^63", append(binary.LittleEndian.AppendUint64(nil, 1<<63), "{}"...), []string{"9223372036854775808"}},
		{"no header", fileOf("", 0), []string{"starts with"}},
		{"no object", fileOf("[]", 0), []string{`"[]"`, "not a safetensors file"}},
		{"leading space", fileOf(" {}", 0), []string{"starts with"}},
		{"not UTF-8", fileOf("{\"\xff\":1}", 0), []string{"UTF-8"}},
		{"unclosed", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`, 4), []string{"header"}},
		{"more after the object", fileOf(`{}{}`, 0), []string{"more follows"}},
		{"not JSON after the object", fileOf("{}\x00", 0), []string{"more follows"}},

		{"no tensor object", fileOf(`{"w":5}`, 0), []string{`"w"`, "5", "object"}},
		{"null", fileOf(`{"w":null}`, 0), []string{`"w"`, "object"}},
		{"name twice", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), []string{`"w"`, "twice"}},
		{"member twice", fileOf(`{"w":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, `"dtype"`, "twice"}},
		{"member in another case", fileOf(`{"w":{"DType":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, `"DType"`, "unknown"}},
		{"no dtype", fileOf(`{"w":{"shape":[1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, `type ""`}},
		{"unknown dtype", fileOf(`{"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "F8_E4M3", "BF16"}},
		{"dtype a number", fileOf(`{"w":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "dtype", "number"}},
		{"no shape", fileOf(`{"w":{"dtype":"F32","data_offsets":[0,4]}}`, 4), []string{`"w"`, "shape is missing"}},
		{"shape null", fileOf(`{"w":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`, 4), []string{`"w"`, "shape is missing"}},
		{"negative extent", fileOf(`{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "shape", "-1"}},
		{"extent with a fraction", fileOf(`{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "shape", "1.5"}},
		{"extent beyond int", fileOf(`{"w":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "18446744073709551615"}},
		{"product overflows to 0", fileOf(`{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0), []string{`"w"`, "memory"}},
		{"product overflows to 4", fileOf(`{"w":{"dtype":"F16","shape":[8589934592,2147483649],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "memory"}},
		{"no offsets", fileOf(`{"w":{"dtype":"F32","shape":[1]}}`, 4), []string{`"w"`, "data_offsets"}},
		{"one offset", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}`, 4), []string{`"w"`, "data_offsets", "[0]"}},
		{"three offsets", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}`, 4), []string{`"w"`, "data_offsets", "[0 4 8]"}},
		{"offsets backwards", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}`, 4), []string{`"w"`, "from 4 to 0"}},
		{"offsets of another size", fileOf(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 4), []string{`"w"`, "from 0 to 4", "[2]", "8 bytes"}},
		{"beyond the end", fileOf(`{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 4), []string{`"w"`, "to 8", "4 bytes"}},
		{"far beyond the end", fileOf(`{"w":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}`, 4), []string{`"w"`, "4398046511104"}},
		{"overlap", fileOf(`{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12), []string{`"w"`, `overlaps tensor "v"`}},
		{"same place", fileOf(`{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4), []string{`"w"`, `overlaps tensor "v"`}},
		{"gap", fileOf(`{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}`, 12), []string{`"w"`, `gap after tensor "v"`}},
		{"gap at the start", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8), []string{`"w"`, "gap after the start"}},
		{"bytes after the end", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 5), []string{"1 bytes follow", `"w"`}},
		{"data of no tensor", fileOf(`{}`, 5), []string{"5 bytes follow the start"}},
		{"metadata no object", fileOf(`{"__metadata__":[]}`, 0), []string{metadataName, "object"}},
		{"metadata no text", fileOf(`{"__metadata__":{"a":1}}`, 0), []string{metadataName, `"a"`, "string"}},
		{"metadata twice", fileOf(`{"__metadata__":{},"__metadata__":{}}`, 0), []string{metadataName, "twice"}},
		{"unknown member", fileOf(`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":`+strings.Repeat("[", 1e6)+`}}`, 4), []string{`"w"`, `"x"`}},
	} {
		_, err := Read(c.data)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, part := range append(c.want, "safetensors: ") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %q does not say %q", c.name, err, part)
			}
		}
	}
}

// Every prefix of a file is an error, not a panic and not a smaller model.
func TestReadTruncated(t *testing.T) {
	whole := written(t, mixed())
	if _, err := Read(whole); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := Read(bytes.Clone(whole[:n])); err == nil {
			t.Fatalf("the first %d of %d bytes are read without an error", n, len(whole))
		}
	}
}
