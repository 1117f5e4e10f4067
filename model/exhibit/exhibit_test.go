package exhibit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"unnoise/model/figure"
)

func sample() *Exhibit {
	return &Exhibit{
		ID: "sample", Title: "Sample", Year: 2020, References: []int{2},
		Sentences: [3]string{"One.", "Two.", "Three."},
		Controls: []Control{
			SeedControl(),
			{ID: "kind", Kind: Choice, Label: "Kind", Tip: "Which.", Default: "a", Options: []Option{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}}},
			{ID: "scale", Kind: Range, Label: "Scale", Tip: "How much.", Default: "1", Min: 0, Max: 8, Step: .25, When: Condition{"kind", []string{"b"}}},
			{ID: "n", Kind: Number, Label: "Number", Tip: "How many.", Default: "100", Min: 1, Max: 1000, Modest: "10"},
			{ID: "noise", Kind: Toggle, Label: "Noise", Tip: "Whether.", Default: "on"},
			{ID: "text", Kind: Text, Label: "Text", Tip: "What.", Default: "ab", Max: 3},
			{ID: "drawing", Kind: Drawing, Label: "Drawing", Tip: "Where."},
			{ID: "mask", Kind: Mask, Label: "Mask", Tip: "Where not.", Min: 3, Max: 5},
			{ID: "go", Kind: Button, Label: "Go", Tip: "Goes."},
		},
		Panels: []Panel{{ID: "plane", Title: "Plane", Draw: "drawing"}},
		Run:    func(context.Context, *Env, State, func(Frame)) error { return nil },
		Quick:  map[string]string{"n": "5"},
		Probes: []Probe{{"seed", "1", "mean"}, {"n", "6", "mean"}},
	}
}

func TestLinksComeBack(t *testing.T) {
	e := sample()
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	mask := make([]bool, 15)
	mask[1], mask[14] = true, true
	s, err := NewState(e, map[string]string{
		"seed": "18446744073709551615", "kind": "b", "scale": "2.25", "n": "7", "noise": "off", "text": "é&=",
		"drawing": EncodePoints([]float32{-2, 2, .5, -.25}), "mask": EncodeMask(mask),
	})
	if err != nil {
		t.Fatal(err)
	}
	back, problems := Decode(s.Encode(), func(string) *Exhibit { return e })
	if len(problems) > 0 || back.Encode() != s.Encode() {
		t.Errorf("%q came back as %q, %v", s.Encode(), back.Encode(), problems)
	}
	if back.Seed("seed") != 1<<64-1 || back.Float("scale") != 2.25 || back.Int("n") != 7 || back.On("noise") {
		t.Errorf("read %v", back.Values())
	}
	if xy := back.Points("drawing"); len(xy) != 4 || xy[0] != -2 || xy[1] != 2 || xy[2] < .4995 || xy[2] > .5005 {
		t.Errorf("the drawing came back as %v", xy)
	}
	for i, on := range back.Mask("mask") {
		if on != mask[i] {
			t.Errorf("cell %d of the mask is %v", i, on)
		}
	}
	if s, _ := NewState(e, nil); s.Encode() != "sample" {
		t.Errorf("the defaults are encoded as %q", s.Encode())
	}
}

func TestGarbledLinksSayWhat(t *testing.T) {
	e := sample()
	find := func(id string) *Exhibit {
		if id == "sample" {
			return e
		}
		return nil
	}
	if _, problems := Decode("other", find); len(problems) != 1 {
		t.Errorf("an unknown exhibit gave %v", problems)
	}
	for query, want := range map[string]string{
		"kind=c": "one of a, b", "scale=9": "from 0 to 8", "scale=NaN": "from 0 to 8", "n=1.5": "whole number", "seed=-1": "whole number",
		"noise=yes": "on or off", "text=abcd": "1 to 3", "text=": "1 to 3", "text=%0a": "1 to 3", "text=%ff": "1 to 3", "drawing=!": "garbled", "mask=AAAA": "3×5", "go=1": "has no control", "x=1": "has no control", "seed=%zz": "seed",
	} {
		s, problems := Decode("sample?n=5&"+query, find)
		if len(problems) != 1 || !strings.Contains(problems[0], want) || s.Int("n") != 5 {
			t.Errorf("%s: %v, n = %d", query, problems, s.Int("n"))
		}
	}
}

func TestControlsOfOthersAreHidden(t *testing.T) {
	e := sample()
	s, _ := NewState(e, nil)
	if s.Shown(*e.control("scale")) || !s.Shown(*e.control("n")) {
		t.Error("scale is shown without kind b, or n is hidden")
	}
	if s, _ = s.With("kind", "b"); !s.Shown(*e.control("scale")) {
		t.Error("scale is hidden with kind b")
	}
}

func TestChecks(t *testing.T) {
	for what, spoil := range map[string]func(*Exhibit){
		"no sentence":       func(e *Exhibit) { e.Sentences[1] = "" },
		"no such reference": func(e *Exhibit) { e.References = []int{29} },
		"a bad default":     func(e *Exhibit) { e.Controls[1].Default = "z" },
		"a bad modest":      func(e *Exhibit) { e.Controls[3].Modest = "z" },
		"a bad preset":      func(e *Exhibit) { e.Presets = []Preset{{Name: "p", Values: map[string]string{"n": "0"}}} },
		"no such drawing":   func(e *Exhibit) { e.Panels[0].Draw = "z" },
		"the same twice":    func(e *Exhibit) { e.Controls = append(e.Controls, e.Controls[0]) },
		"no tip":            func(e *Exhibit) { e.Controls[0].Tip = "" },
		"a bad Quick":       func(e *Exhibit) { e.Quick = map[string]string{"n": "0"} },
		"no probes":         func(e *Exhibit) { e.Probes = nil },
		"no seed's probe":   func(e *Exhibit) { e.Probes[0] = Probe{"noise", "off", "mean"} },
		"an idle probe":     func(e *Exhibit) { e.Probes[1].Value = "5" },
		"a bad probe":       func(e *Exhibit) { e.Probes[1].Value = "0" },
		"a hidden probe":    func(e *Exhibit) { e.Probes[1] = Probe{"scale", "2", "mean"} },
		"no number":         func(e *Exhibit) { e.Probes[1].Readout = "" },
		"a wide tolerance":  func(e *Exhibit) { e.Tolerance = 1 },
		"no tolerance":      func(e *Exhibit) { e.Tolerances = map[string]float64{"mean": 0} },
	} {
		e := sample()
		spoil(e)
		if e.Check() == nil {
			t.Errorf("%s is not noticed", what)
		}
	}
	f := Frame{Figures: map[string]figure.Figure{"plane": &figure.Plane{X: figure.Axis{Min: 0, Max: 1}, Y: figure.Axis{Min: 1, Max: 0}}}}
	if f.Check(sample()) == nil {
		t.Error("an empty axis is not noticed")
	}
	f = Frame{Figures: map[string]figure.Figure{"other": &figure.Table{}}}
	if f.Check(sample()) == nil {
		t.Error("an unknown panel is not noticed")
	}
	f = Frame{Readouts: []Readout{{ID: "mean", Name: "Mean", Value: math.NaN()}}}
	if f.Check(sample()) == nil {
		t.Error("a readout that is not a number is not noticed")
	}
}

func TestLastReadouts(t *testing.T) {
	frames := []Frame{
		{Index: 0, Readouts: []Readout{{ID: "a", Value: 1}, {ID: "b", Value: 2}}},
		{Index: 1, Readouts: []Readout{{ID: "c", Value: 3}, {ID: "a", Value: 4}}},
	}
	var got []string
	for _, r := range Last(frames) {
		got = append(got, fmt.Sprintf("%s=%g", r.ID, r.Value))
	}
	if want := "a=4 b=2 c=3"; strings.Join(got, " ") != want {
		t.Errorf("got %v, expected %s", got, want)
	}
}
