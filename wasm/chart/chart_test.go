package chart

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"unnoise/model/figure"
)

func texts(ticks []Tick) string {
	var out []string
	for _, t := range ticks {
		if t.Text != "" {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, " ")
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		most      int
		want      string
	}{
		{0, 1, 5, "0 0.2 0.4 0.6 0.8 1.0"}, {-2, 2, 4, "−2 −1 0 1 2"}, {0, 1000, 4, "0 500 1000"},
		{0.1, 0.12, 3, "0.10 0.11 0.12"}, {0, 2e7, 2, "0 10⁷ 2·10⁷"}, {1, 1, 3, ""},
	} {
		if got := texts(Ticks(c.low, c.high, c.most)); got != c.want {
			t.Errorf("from %g to %g: %s, expected %s", c.low, c.high, got, c.want)
		}
	}
	for _, c := range []struct {
		low, high float64
		most      int
		want      string
	}{
		{1, 1000, 4, "1 10 100 1000"}, {1e-5, 1e3, 4, "10⁻⁵ 0.001 0.1 10 1000"}, {3, 40, 4, "5 10 20"}, {0, 1, 3, ""},
	} {
		if got := texts(LogTicks(c.low, c.high, c.most)); got != c.want {
			t.Errorf("logarithmic from %g to %g: %s, expected %s", c.low, c.high, got, c.want)
		}
	}
}

// wellFormed fails the test where markup is no XML.
func wellFormed(t *testing.T, markup string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<r>" + markup + "</r>"))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, markup)
		}
	}
}

func TestPlot(t *testing.T) {
	nan := float32(math.NaN())
	p := &figure.Plot{
		X: figure.Axis{Label: "t < T"}, Y: figure.Axis{Label: "loss", Log: true},
		Curves: []figure.Curve{
			{Name: "one & all", X: []float32{0, 1, 2, 3}, Y: []float32{1, 100, nan, 10}, Colour: figure.A},
			{Name: "points", X: []float32{0, 1}, Y: []float32{0, 5}, Points: true, Colour: figure.B},
		},
		Marks: []figure.Mark{{Name: "now", At: 1.5, Colour: figure.Quiet}, {Name: "far", At: 1e9, Horizontal: true}},
	}
	svg := Plot(p, 400, 300)
	wellFormed(t, svg)
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("numbers that are none: %s", svg)
	}
	if n := strings.Count(svg, "<circle"); n != 1 {
		t.Errorf("%d points with a logarithm, expected 1", n)
	}
	for _, want := range []string{"role-a", "t &lt; T", "loss", ">now<"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if path := svg[strings.Index(svg, `class="line role-a"`):]; strings.Count(path[:strings.Index(path, "/>")], "M") != 2 {
		t.Errorf("a curve with a hole is drawn in one: %s", path)
	}
	words := Describe(p)
	for _, want := range []string{"loss against t < T", "one & all: 1 at 0 to 10 at 3, most 100 at 1", "now at 1.5"} {
		if !strings.Contains(words, want) {
			t.Errorf("%q lacks %q", words, want)
		}
	}
	wellFormed(t, Legend(p))
	if Plot(p, 0, 0) != "" {
		t.Error("a plot in no place")
	}
}

func TestBars(t *testing.T) {
	p := &figure.Plot{Bars: []figure.Bar{{Name: "a", Value: 2}, {Name: "b", Value: -1}, {Name: "c", Value: 0}}}
	svg := Plot(p, 300, 200)
	wellFormed(t, svg)
	if n := strings.Count(svg, "<rect"); n != 3 {
		t.Errorf("%d bars", n)
	}
	if strings.Contains(svg, `height="-`) {
		t.Errorf("a bar of negative height: %s", svg)
	}
	if words := Describe(p); !strings.Contains(words, "b: −1") {
		t.Error(words)
	}
}

func TestTableAndDiagram(t *testing.T) {
	table := Table(&figure.Table{Header: []string{"", "<b>"}, Rows: [][]string{{"x", "1"}}}, "Numbers & more")
	wellFormed(t, table)
	if !strings.Contains(table, "&lt;b&gt;") || !strings.Contains(table, `scope="row"`) {
		t.Error(table)
	}
	d := &figure.Diagram{
		Nodes: []figure.Node{
			{ID: "a", Text: "GAN", X: 0, Y: 0, Control: "family", Choice: "gan", Chosen: true},
			{ID: "b", Text: "A long name of a family of models", X: 1, Y: 1},
		},
		Edges: []figure.Edge{{From: "a", To: "b", Text: "z"}, {From: "b", To: "a", Dashed: true}},
	}
	markup := Diagram(d, 300, 200)
	wellFormed(t, markup)
	for _, want := range []string{`<button type="button" class="node chosen" aria-pressed="true" data-control="family" data-choice="gan"`, "edge dashed", ">z<"} {
		if !strings.Contains(markup, want) {
			t.Errorf("%q is missing in %s", want, markup)
		}
	}
}

func TestBorder(t *testing.T) {
	if x, y := border(10, 10, 8, 4, 30, 10); x != 14 || y != 10 {
		t.Errorf("to the right: %v, %v", x, y)
	}
	if x, y := border(10, 10, 8, 4, 10, 0); x != 10 || y != 8 {
		t.Errorf("upwards: %v, %v", x, y)
	}
}

func TestArrowsThereAndBackStandApart(t *testing.T) {
	d := &figure.Diagram{
		Nodes: []figure.Node{{ID: "a", Text: "a", X: 0, Y: .5}, {ID: "b", Text: "b", X: 1, Y: .5}},
		Edges: []figure.Edge{{From: "a", To: "b", Text: "there"}, {From: "b", To: "a", Text: "back"}},
	}
	markup := Diagram(d, 300, 100)
	if !strings.Contains(markup, `y="40">there<`) || !strings.Contains(markup, `y="70">back<`) {
		t.Errorf("the texts of two arrows between the same boxes: %s", markup)
	}
	if !strings.Contains(markup, " 45L") || !strings.Contains(markup, " 55L") {
		t.Errorf("two arrows between the same boxes lie over each other: %s", markup)
	}
}

func TestNumbersStandAtTheRight(t *testing.T) {
	table := Table(&figure.Table{Header: []string{"what", "value", "note"}, Rows: [][]string{{"x", "−1.5", "a word"}}}, "")
	if strings.Count(table, `class="amount"`) != 2 || !strings.Contains(table, "<td>a word") {
		t.Error(table)
	}
}

func TestBoxesThatWouldOverlapScroll(t *testing.T) {
	d := &figure.Diagram{Nodes: []figure.Node{
		{ID: "a", Text: "a rather long name", X: .2, Y: .5}, {ID: "b", Text: "another long name", X: .5, Y: .5}, {ID: "c", Text: "and a third one", X: .9, Y: .5},
	}}
	if markup := Diagram(d, 900, 100); !strings.Contains(markup, `class="diagram" style="width:900px`) {
		t.Errorf("a diagram with room is widened: %s", markup)
	}
	if markup := Diagram(d, 300, 100); strings.Contains(markup, `class="diagram" style="width:300px`) {
		t.Errorf("boxes overlap: %s", markup)
	}
	if !overlap(lay(d, 300, 100)) || overlap(lay(d, 900, 100)) {
		t.Error("overlapping boxes are not told from others")
	}
}
