package run

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"unnoise/model/diffusion"
)

// fashion is a model like the one the page ships.
func fashion() Info {
	return Info{
		Name:       "fashion",
		Classes:    []string{"T-shirt", "Trouser", "Sneaker"},
		NumClasses: 3,
		Channels:   1, Height: 4, Width: 5,
	}
}

func TestEncode(t *testing.T) {
	spec := Default()
	spec.Class, spec.Guidance, spec.Seed = 2, 1.5, math.MaxUint64
	want := "model=fashion&class=2&sampler=ddim&steps=50&eta=0&guidance=1.5&seed=18446744073709551615&n=1"
	if got := spec.Encode(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	spec.Sampler, spec.Variance = DDPM, FixedLarge
	spec.Start = &StartPicture{T: 300, Picture: SamplePicture(3)}
	want = "model=fashion&class=2&sampler=ddpm&steps=50&variance=fixed_large&guidance=1.5&seed=18446744073709551615&n=1&t=300&picture=sample:3"
	if got := spec.Encode(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDecodeFillsDefaults(t *testing.T) {
	for _, hash := range []string{"", "#", "&&", "#model=fashion"} {
		spec, problems := Decode(hash)
		if spec != Default() || len(problems) > 0 {
			t.Errorf("%q: got %+v, %v", hash, spec, problems)
		}
	}
}

func TestDecodeSaysWhatIsGarbled(t *testing.T) {
	for _, c := range []struct{ hash, field, says string }{
		{"steps=abc", "steps", "The link's steps is “abc”, which is not a whole number; it was passed over."},
		{"steps=", "steps", "not a whole number"},
		{"steps=1e3", "steps", "not a whole number"},
		{"class=Sneaker", "class", "“Sneaker”"},
		{"n=99999999999999999999", "n", "whole number"},
		{"seed=-1", "seed", "from 0 to 18446744073709551615"},
		{"seed=18446744073709551616", "seed", "from 0 to"},
		{"guidance=2,5", "guidance", "“2,5”, which is not a number"},
		{"eta=%zz", "eta", "“%zz”"},
		{"colour=red", "colour", "not known here"},
		{"t=5", "t", "no picture"},
		{"t=x&picture=sample:1", "t", "whole number"},
		{"picture=sample:1", "picture", "no timestep"},
	} {
		spec, problems := Decode(c.hash)
		if len(problems) == 0 || problems[0].Field != c.field || !strings.Contains(problems[0].Sentence, c.says) {
			t.Errorf("%s: got %v", c.hash, problems)
		}
		if spec != Default() {
			t.Errorf("%s: got %+v, expected the defaults", c.hash, spec)
		}
	}
}

func FuzzEncodeDecode(f *testing.F) {
	f.Add("fashion", 3, "ddim", "fixed_small", "karras", 50, 0.5, 2.0, uint64(7), 4, true, 300, "sample:2")
	f.Add("a&b=c#d%", -1, "ddpm", "fixed_large", "", 1, 0.0, 0.1, uint64(math.MaxUint64), 1, false, 0, "")
	f.Add("fashion", 0, "heun", "fixed_small", "karras", 10, 0.0, 1.0, uint64(0), 1, false, 0, "")
	f.Fuzz(func(t *testing.T, model string, class int, sampler, variance, spacing string, steps int, eta, guidance float64, seed uint64, n int, starts bool, at int, picture string) {
		spec := Spec{Model: model, Class: class, Sampler: sampler, Variance: variance, Spacing: spacing, Steps: steps, Eta: eta, Guidance: guidance, Seed: seed, N: n}
		if starts && picture != "" {
			spec.Start = &StartPicture{T: at, Picture: picture}
		}
		// Fields the sampler does not read are not in the link.
		if sampler != DDPM {
			spec.Variance = Default().Variance
		}
		if sampler != DDIM {
			spec.Eta = Default().Eta
		}
		if !spec.Spaced() {
			spec.Spacing = Default().Spacing
		}
		if math.IsNaN(spec.Eta) || math.IsNaN(spec.Guidance) {
			t.Skip("NaN is not equal to itself")
		}
		got, problems := Decode("#" + spec.Encode())
		if len(problems) > 0 || !reflect.DeepEqual(got, spec) {
			t.Errorf("%+v\nbecame %+v\nthrough %s\nwith %v", spec, got, spec.Encode(), problems)
		}
		_, _ = Decode(model) // whatever it is, no panic
	})
}

func TestJSON(t *testing.T) {
	spec := Default()
	spec.Seed = math.MaxUint64
	spec.Start = &StartPicture{T: 5, Picture: "sample:0"}
	data, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	var again Spec
	if err := json.Unmarshal(data, &again); err != nil || !reflect.DeepEqual(again, spec) {
		t.Errorf("%s became %+v (%v)", data, again, err)
	}
	if err := json.Unmarshal([]byte(`{"steps":7}`), &again); err != nil || again.Steps != 7 || again.Guidance != Default().Guidance || again.Start != nil {
		t.Errorf("absent fields became %+v (%v)", again, err)
	}
	for _, text := range []string{`{"stepz":7}`, `{"steps":"7"}`, `{"seed":-1}`, `[]`} {
		if err := json.Unmarshal([]byte(text), &again); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

func TestValidate(t *testing.T) {
	if problems := Default().Validate(fashion()); len(problems) > 0 {
		t.Error("the default:", problems)
	}
	for _, c := range []struct {
		field, says string
		change      func(*Spec)
	}{
		{"steps", "between 1 and 1000; it is 0", func(s *Spec) { s.Steps = 0 }},
		{"steps", "between 1 and 1000; it is 10000", func(s *Spec) { s.Steps = 10000 }},
		{"n", "between 1 and", func(s *Spec) { s.N = 0 }},
		{"n", "between 1 and", func(s *Spec) { s.N = MaxN + 1 }},
		{"sampler", "it is “plms”", func(s *Spec) { s.Sampler = "plms" }},
		{"variance", "fixed_large", func(s *Spec) { s.Sampler, s.Variance = DDPM, "learned" }},
		{"eta", "it is 1.5", func(s *Spec) { s.Eta = 1.5 }},
		{"eta", "NaN", func(s *Spec) { s.Eta = math.NaN() }},
		{"spacing", "uniform or karras; it is “quad”", func(s *Spec) { s.Sampler, s.Spacing = Heun, "quad" }},
		{"guidance", "-1", func(s *Spec) { s.Guidance = -1 }},
		{"guidance", "NaN", func(s *Spec) { s.Guidance = math.NaN() }},
		{"guidance", "Inf", func(s *Spec) { s.Guidance = math.Inf(1) }},
		{"class", "between 0 and 2", func(s *Spec) { s.Class = 3 }},
		{"class", "or -1 for none; it is -2", func(s *Spec) { s.Class = -2 }},
		{"t", "between 0 and 999", func(s *Spec) { s.Start = &StartPicture{T: 1000, Picture: "sample:0"} }},
		{"picture", "neither", func(s *Spec) { s.Start = &StartPicture{Picture: "http://example.org/x.png"} }},
		{"picture", "neither", func(s *Spec) { s.Start = &StartPicture{Picture: "sample:-1"} }},
		{"picture", "damaged", func(s *Spec) { s.Start = &StartPicture{Picture: "png:?"} }},
	} {
		spec := Default()
		c.change(&spec)
		problems := spec.Validate(fashion())
		if len(problems) != 1 || problems[0].Field != c.field || !strings.Contains(problems[0].Sentence, c.says) {
			t.Errorf("%s, %q: got %v", c.field, c.says, problems)
		}
	}
	spec := Default()
	spec.Class = 0
	if problems := spec.Validate(Info{}); len(problems) != 1 || problems[0].Field != "class" {
		t.Error("a class of a model without classes:", problems)
	}
	spec.Class = diffusion.NoClass
	if problems := spec.Validate(Info{}); len(problems) != 0 {
		t.Error("no class of a model without classes:", problems)
	}
}

func TestPictureSource(t *testing.T) {
	index, png, err := StartPicture{Picture: SamplePicture(7)}.Source()
	if index != 7 || png != nil || err != nil {
		t.Error(index, png, err)
	}
	file := []byte{0x89, 'P', 'N', 'G', 0, 255}
	_, png, err = StartPicture{Picture: PNGPicture(file)}.Source()
	if !slices.Equal(png, file) || err != nil {
		t.Error(png, err)
	}
}

func TestParseClass(t *testing.T) {
	for text, want := range map[string]int{"sneaker": 2, "T-Shirt": 0, "1": 1, "none": -1, "None": -1, "-1": -1} {
		if got, err := fashion().ParseClass(text); got != want || err != nil {
			t.Errorf("%q: got %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"3", "-2", "coat", "", "1.0", "1 2"} {
		_, err := fashion().ParseClass(text)
		if err == nil || !strings.Contains(err.Error(), "T-shirt, Trouser, Sneaker") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := (Info{}).ParseClass("0"); err == nil || !strings.Contains(err.Error(), "no classes") {
		t.Error(err)
	}
	if _, err := (Info{NumClasses: 9}).ParseClass("9"); err == nil || !strings.Contains(err.Error(), "0 to 8") {
		t.Error(err)
	}
}
