package run

import (
	"context"
	"slices"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/weights"
)

func faces() Info {
	return Info{Channels: 3, Height: 2, Width: 2, Attributes: []Attribute{
		{Name: "hair", Options: []string{"flat top", "bob"}}, {Name: "hat", Options: []string{"none", "red", "green"}},
	}}
}

func TestParseAttributes(t *testing.T) {
	info := faces()
	for text, want := range map[string][]int{
		"":                        {-1, -1},
		"hat=green":               {-1, 2},
		" Hat = Red ; hair=BOB; ": {1, 1},
		"hair=flat top;hat=none":  {0, 0},
	} {
		got, err := info.ParseAttributes(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v, expected %v", text, got, err, want)
		}
		if again, err := info.ParseAttributes(info.FormatAttributes(got)); err != nil || !slices.Equal(again, want) {
			t.Errorf("%q: written as %q it is %v, %v", text, info.FormatAttributes(got), again, err)
		}
	}
	for text, want := range map[string]string{
		"coat=red":          "hair, hat",
		"hat=blue":          "none, red, green",
		"hat":               "none, red, green",
		"hat=red;hat=green": "twice",
	} {
		if got, err := info.ParseAttributes(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, error %v, expected one that says %s", text, got, err, want)
		}
	}
	if _, err := (Info{}).ParseAttributes("hat=red"); err == nil {
		t.Error("a model without attributes took one")
	}
	if got, err := (Info{}).ParseAttributes(""); err != nil || got != nil {
		t.Errorf("a model without attributes: %v, %v", got, err)
	}
}

func TestSpecWithAttributes(t *testing.T) {
	spec := Default()
	spec.Model, spec.Attributes = "faces", "hair=flat top;hat=none"
	hash := spec.Encode()
	if !strings.Contains(hash, "&attributes=hair=flat+top;hat=none&") {
		t.Errorf("the link is %s", hash)
	}
	if again, problems := Decode(hash); again != spec || problems != nil {
		t.Errorf("%s became %+v, %v", hash, again, problems)
	}
	if problems := spec.Validate(faces()); problems != nil {
		t.Error(problems)
	}
	spec.Attributes = "hat=blue"
	problems := spec.Validate(faces())
	if len(problems) != 1 || problems[0].Field != "attributes" {
		t.Errorf("an option that there is not: %v", problems)
	}
	if strings.Contains(Default().Encode(), "attributes") {
		t.Error("a link without attributes speaks of them")
	}
}

// labelled keeps the labels that it is given.
type labelled struct{ labels []float32 }

func (p *labelled) Run(_ context.Context, in, out [][]float32) error {
	p.labels = slices.Clone(in[2])
	copy(out[0], in[0])
	return nil
}

func (*labelled) Close() {}

func TestNetworkIsToldAttributes(t *testing.T) {
	info, p := faces(), &labelled{}
	net := NewNetwork(info, func(int) (graph.Program, error) { return p, nil })
	xs, ts, none := make([]float32, 2*info.Elems()), []float64{1, 2}, []int{diffusion.NoClass, diffusion.NoClass}
	predict := func(attributes [][]int) error {
		_, err := net.Predict(context.Background(), xs, ts, diffusion.Cond{Class: none, Attributes: attributes})
		return err
	}
	if err := predict([][]int{{1, diffusion.Unknown}, {diffusion.Unknown, 0}}); err != nil || !slices.Equal(p.labels, []float32{1, 3, 2, 0}) {
		t.Errorf("labels %v, %v", p.labels, err)
	}
	if err := predict(nil); err != nil || !slices.Equal(p.labels, []float32{2, 3, 2, 3}) {
		t.Errorf("nothing known: labels %v, %v", p.labels, err)
	}
	for what, bad := range map[string][][]int{
		"an option too many": {{0, 0}, {2, 0}}, "too few attributes": {{0, 0}, {0}}, "too few pictures": {{0, 0}}, "no option": {{-2, 0}, {0, 0}},
	} {
		if err := predict(bad); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func TestReadInfoOfAttributes(t *testing.T) {
	read := func(config, attributes string) (Info, error) {
		set := weights.NewSet([]byte(config))
		set.Meta[weights.MetaAttributes] = attributes
		return Architectures{UNet}.ReadInfo(set)
	}
	const identity = `{"sample_size":16,"class_embed_type":"identity"}`
	info, err := read(identity, `[{"name":"hat","options":["none","red"]}]`)
	if err != nil || len(info.Attributes) != 1 || info.Attributes[0].Options[1] != "red" || info.NumClasses != 0 {
		t.Errorf("got %+v, %v", info, err)
	}
	for name, bad := range map[string][2]string{
		"no attributes": {identity, ""},
		"not JSON":      {identity, "hat"},
		"no options":    {identity, `[{"name":"hat","options":[]}]`},
		"a semicolon":   {identity, `[{"name":"hat","options":["a;b"]}]`},
		"twice":         {identity, `[{"name":"hat","options":["a"]},{"name":"hat","options":["a"]}]`},
		"with classes":  {`{"sample_size":16,"num_class_embeds":3}`, `[{"name":"hat","options":["a"]}]`},
	} {
		if info, err := read(bad[0], bad[1]); err == nil {
			t.Errorf("%s: got %+v, expected an error", name, info)
		}
	}
}
