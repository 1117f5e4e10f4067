package show

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
	"unnoise/wasm/wire"
)

// whole is a frame with every kind of figure and every float slice in them.
func whole() exhibit.Frame {
	return exhibit.Frame{
		Index: 2, Total: 5, Label: "t = 3", Words: "Something.",
		Figures: map[string]figure.Figure{
			"pictures": &figure.Pictures{C: 1, H: 1, W: 2, Columns: 2, Values: []float32{1, 2, 3, 4}, Map: figure.Heat, High: 1, Captions: []string{"a", "b"}},
			"plane": &figure.Plane{X: figure.Axis{Min: -1, Max: 1}, Y: figure.Axis{Min: -1, Max: 1}, Square: true,
				Density: &figure.Density{W: 1, H: 2, Values: []float32{5, 6}, High: 1, Colour: figure.A},
				Arrows:  []figure.Arrows{{Values: []float32{7, 8, 9, 10}, Scale: 1}},
				Paths:   []figure.Path{{Values: []float32{11, 12}, Name: "p"}, {Values: []float32{}}},
				Clouds:  []figure.Cloud{{Values: []float32{13, 1234567}, Size: 2}}},
			"plot": &figure.Plot{Curves: []figure.Curve{{Name: "c", X: []float32{14}, Y: []float32{15}}}, Marks: []figure.Mark{{Name: "m", At: 1}},
				Bars: []figure.Bar{{Name: "b", Value: 1}}},
			"table":   &figure.Table{Header: []string{"h"}, Rows: [][]string{{"r"}}},
			"diagram": &figure.Diagram{Nodes: []figure.Node{{ID: "n"}}, Edges: []figure.Edge{{From: "n", To: "n"}}},
		},
		Readouts:  []exhibit.Readout{{ID: "mean", Name: "Mean", Value: 0.1 + 0.2, Unit: "bits"}},
		Equations: []exhibit.Equation{{Caption: "An equation.", Symbols: "<math></math>"}},
	}
}

func back(t *testing.T, m wire.Message) wire.Message {
	t.Helper()
	p, err := Protocol.Pack(m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(p.Body), "1234567") {
		t.Errorf("floats are in the JSON: %s", p.Body)
	}
	got, err := Protocol.Unpack(p.Version, p.Kind, p.Body, slices.Concat(p.Floats...))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFramesComeBack(t *testing.T) {
	// What a frame leaves out stays left out: it is as in the frame before.
	for _, f := range []exhibit.Frame{whole(), {Index: 3}, {Readouts: []exhibit.Readout{}}} {
		if got := back(t, NewFrame(7, f)).(*Frame); got.RunID != 7 || !reflect.DeepEqual(got.Content(), f) {
			t.Errorf("got %+v, expected %+v", got.Content(), f)
		}
	}
	for _, m := range append(slices.Clone(all), &Run{3, "x", map[string]string{"a": "b"}}) {
		if got := back(t, m); !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, expected %+v", got, m)
		}
	}
}

// Every type of figure that there is has its place.
func TestAnUnknownFigureIsNoticed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unknown figure was packed")
		}
	}()
	NewFrame(1, exhibit.Frame{Figures: map[string]figure.Figure{"x": unknown{}}})
}

type unknown struct{}

func (unknown) Check() error { return nil }
