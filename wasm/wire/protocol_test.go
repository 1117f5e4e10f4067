package wire

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// flat has its floats on top, deep in what it holds.
type flat struct {
	N    int
	A, B []float32
}
type deep struct {
	Parts []part
	One   *part
	Words map[string]string
	None  *part
}
type part struct {
	Name   string
	Values []float32
	Inner  struct{ More []float32 }
}

func (*flat) Kind() string { return "flat" }
func (*deep) Kind() string { return "deep" }

var protocol = NewProtocol(&flat{}, &deep{})

func whole() *deep {
	d := &deep{
		Parts: []part{{Name: "a", Values: []float32{1, 2}}, {Name: "b", Values: []float32{}}},
		One:   &part{Name: "c", Values: []float32{3}},
		Words: map[string]string{"x": "y"},
	}
	d.Parts[1].Inner.More = []float32{1234567, 5}
	return d
}

func TestRoundTrip(t *testing.T) {
	for _, m := range []Message{&flat{}, &flat{3, []float32{1, 2, 3}, []float32{4}}, &flat{B: []float32{}}, &deep{}, whole()} {
		p, err := protocol.Pack(m)
		if err != nil {
			t.Fatal(err)
		}
		if body := string(p.Body); strings.Contains(body, "1234567") {
			t.Errorf("floats are in the JSON: %s", body)
		}
		got, err := protocol.Unpack(p.Version, p.Kind, p.Body, slices.Concat(p.Floats...))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, expected %+v", got, m)
		}
	}
	d := whole()
	if _, err := protocol.Pack(d); err != nil || !reflect.DeepEqual(d, whole()) {
		t.Errorf("packing has changed the message: %+v, %v", d, err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	p, err := protocol.Pack(&flat{A: []float32{1}, B: []float32{2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, version, kind, body string
		floats                    []float32
	}{
		{"another version", "stale", p.Kind, string(p.Body), []float32{1, 2}},
		{"an unknown kind", p.Version, "nonsense", string(p.Body), []float32{1, 2}},
		{"too few floats", p.Version, p.Kind, string(p.Body), []float32{1}},
		{"too many floats", p.Version, p.Kind, string(p.Body), []float32{1, 2, 3}},
		{"a negative length", p.Version, p.Kind, `{"Message":{},"Lengths":[-2,3]}`, []float32{1, 2}},
		{"one length", p.Version, p.Kind, `{"Message":{},"Lengths":[2]}`, []float32{1, 2}},
		{"three lengths", p.Version, p.Kind, `{"Message":{},"Lengths":[1,1,0]}`, []float32{1, 2}},
		{"no JSON", p.Version, p.Kind, `x`, nil},
	} {
		if m, err := protocol.Unpack(c.version, c.kind, []byte(c.body), c.floats); err == nil {
			t.Errorf("%s: accepted as %+v", c.name, m)
		}
	}
	_, err = protocol.Unpack("stale", p.Kind, p.Body, nil)
	var stale *VersionError
	if !errors.As(err, &stale) || stale.Got != "stale" {
		t.Errorf("got %v, expected a VersionError", err)
	}
}

func TestVersionFollowsTheFields(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []any{
		struct{ A int }{}, struct{ B int }{}, struct{ A int64 }{}, struct{ A []int }{},
		struct{ A struct{ B int } }{}, struct{ A map[string]int }{}, struct{ A map[string]string }{}, struct {
			A int `json:"a"`
		}{},
	} {
		var b strings.Builder
		describe(&b, reflect.TypeOf(v))
		if seen[b.String()] {
			t.Errorf("%T is described like another: %s", v, b.String())
		}
		seen[b.String()] = true
	}
}
