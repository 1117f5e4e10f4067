package message

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func roundTrip(t *testing.T, m Message) Message {
	t.Helper()
	p, err := Pack(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Unpack(p.Version, p.Kind, p.Body, slices.Concat(p.Floats...))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRoundTrip(t *testing.T) {
	step := &Step{RunID: 3, Index: 2, T: 481, Xt: []float32{1, 2, 3}, Pred: []float32{4, 5, 6}, Seconds: 0.25}
	last := &Step{RunID: 3, Index: 9, T: -1, Xt: []float32{-1, 0.5}}
	resumed := &Run{RunID: 7, From: 4, Xt: []float32{7, 8}}
	for _, m := range append(slices.Clone(all), step, last, resumed) {
		if got := roundTrip(t, m); !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, expected %+v", got, m)
		}
	}
}

func TestFloatsStayOutOfTheBody(t *testing.T) {
	p, err := Pack(&Step{Xt: []float32{1234567}, Pred: []float32{7654321}})
	if err != nil {
		t.Fatal(err)
	}
	if body := string(p.Body); strings.Contains(body, "1234567") || strings.Contains(body, "7654321") {
		t.Errorf("floats are in the JSON: %s", body)
	}
}

func TestUnpackRefuses(t *testing.T) {
	p, err := Pack(&Step{Xt: []float32{1}, Pred: []float32{2}})
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
		{"a negative length", p.Version, p.Kind, `{"Message":{},"Lengths":[-1,3]}`, []float32{1, 2}},
		{"one length", p.Version, p.Kind, `{"Message":{},"Lengths":[2]}`, []float32{1, 2}},
		{"no JSON", p.Version, p.Kind, `x`, nil},
	} {
		if m, err := Unpack(c.version, c.kind, []byte(c.body), c.floats); err == nil {
			t.Errorf("%s: accepted as %+v", c.name, m)
		}
	}
	_, err = Unpack("stale", p.Kind, p.Body, nil)
	var stale *VersionError
	if !errors.As(err, &stale) || stale.Got != "stale" {
		t.Errorf("got %v, expected a VersionError", err)
	}
}

func TestVersionFollowsTheFields(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range []any{
		struct{ A int }{}, struct{ B int }{}, struct{ A int64 }{}, struct{ A []int }{},
		struct{ A struct{ B int } }{}, struct {
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
