package main

import (
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/all"
	"unnoise/model/figure"
)

// counting shows three frames whose number is what is counted times the seed.
func counting() *exhibit.Exhibit {
	return &exhibit.Exhibit{
		ID: "counting", Title: "Counting", Year: 2020, References: []int{2}, Sentences: [3]string{"One.", "Two.", "Three."},
		Controls: []exhibit.Control{
			exhibit.SeedControl(),
			{ID: "step", Kind: exhibit.Range, Label: "Step", Tip: "How far.", Default: "1", Min: 0, Max: 4, Step: .1},
		},
		Panels:  []exhibit.Panel{{ID: "left", Title: "Left"}, {ID: "right", Title: "Right"}},
		Presets: []exhibit.Preset{{Name: "Far", Tip: "By four.", Values: map[string]string{"step": "4"}}},
		Probes:  []exhibit.Probe{{Control: "seed", Value: "1", Readout: "count"}, {Control: "step", Value: "2", Readout: "count"}},
		Run: func(_ context.Context, _ *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
			for _, i := range []int{2, 0, 1} { // in any order
				f := exhibit.Frame{Index: i, Total: 3, Label: "now", Words: "A number.", Figures: map[string]figure.Figure{
					"left": &figure.Pictures{C: 1, H: 1, W: 2, Columns: 1, Map: figure.Signed, Low: -2, High: 2, Values: []float32{float32(i) - 2, float32(i)}},
				}}
				f.Readouts = []exhibit.Readout{{ID: "count", Name: "Count", Value: float64(i) + s.Float("step")*float64(1+s.Seed("seed")), Unit: "bits"}}
				if i == 0 {
					f.Readouts = append(f.Readouts, exhibit.Readout{ID: "third", Name: "Third", Value: 1. / 3})
				}
				emit(f)
			}
			return nil
		},
	}
}

// exhibited runs a command on the exhibit above.
func exhibited(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := newExhibitCommand([]*exhibit.Exhibit{counting()})
	var out strings.Builder
	root.SetArgs(args)
	root.SetOut(&out)
	root.SetErr(io.Discard)
	root.SilenceErrors, root.SilenceUsage = true, true
	err := root.Execute()
	return out.String(), err
}

func TestExhibitPrintsItsNumbers(t *testing.T) {
	text, err := exhibited(t, "counting", "--set", "seed=2", "--set", "step=0.1", "--json", "--quiet")
	if err != nil {
		t.Fatal(err)
	}
	var got shownJSON
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	step, seed := 0.1, 2.0
	if len(got.Readouts) != 2 || got.Readouts[0].Value != 2+step*(1+seed) || got.Readouts[1].Value != 1./3 || got.Count != 3 || got.Link != "counting?seed=2&step=0.1" {
		t.Errorf("got %+v", got)
	}
	linked, err := exhibited(t, "--link", got.Link, "--json", "--quiet")
	if err != nil || linked != text {
		t.Errorf("the link gives %s, %v", linked, err)
	}
	frames, err := exhibited(t, "counting", "--preset", "far", "--set", "seed=1", "--json", "--frames")
	if err != nil {
		t.Fatal(err)
	}
	got = shownJSON{}
	if err := json.Unmarshal([]byte(frames), &got); err != nil {
		t.Fatal(err)
	}
	for i, f := range got.Frames {
		if f.Index != i || f.Readouts[0].Value != float64(i)+8 || f.Label != "now" {
			t.Errorf("frame %d is %+v", i, f)
		}
	}
	if len(got.Frames) != 3 || len(got.Readouts) != 0 {
		t.Errorf("%d frames and %d readouts", len(got.Frames), len(got.Readouts))
	}
	for _, args := range [][]string{{"counting"}, {"counting", "--frames"}} {
		if text, err := exhibited(t, args...); err != nil || !strings.Contains(text, "Count") || !strings.Contains(text, "0.3333333333333333") {
			t.Errorf("%v: %s, %v", args, text, err)
		}
	}
}

func TestExhibitWritesItsPictures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.png")
	if _, err := exhibited(t, "counting", "--out", path, "--quiet"); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds() != image.Rect(0, 0, 2, 1) {
		t.Fatalf("the picture is %v", img.Bounds())
	}
	for x, want := range []color.NRGBA{{255, 255, 255, 255}, {255, 0, 0, 255}} { // 0 and High of the last frame
		if got := color.NRGBAModel.Convert(img.At(x, 0)); got != want {
			t.Errorf("pixel %d is %v, expected %v", x, got, want)
		}
	}
}

func TestPlaneImage(t *testing.T) {
	img := planeImage(&figure.Plane{
		X: figure.Axis{Min: 0, Max: 1}, Y: figure.Axis{Min: -1, Max: 1},
		Density: &figure.Density{W: 2, H: 1, Values: []float32{0, 1}, High: 1, Colour: figure.C},
		Arrows:  []figure.Arrows{{Values: []float32{.1, -.5, .2, 0}, Scale: 2, Colour: figure.A}},
		Paths:   []figure.Path{{Values: []float32{-.5, .5, 1, .5, .9, 3, 1e20, 0}, Colour: figure.B}},
		Clouds:  []figure.Cloud{{Values: []float32{.25, 0, float32(math.NaN()), 0}, Colour: figure.D, Size: 8}},
	})
	at := func(x, y float64) color.NRGBA { // of the plane's range
		px := planeMargin + int(x*planeSide*3/2)
		return color.NRGBAModel.Convert(img.At(px, planeMargin+int((1-y)/2*planeSide))).(color.NRGBA)
	}
	white, behind := color.NRGBA{255, 255, 255, 255}, at(.75, 0)
	for what, c := range map[string]struct{ got, want color.NRGBA }{
		"nothing": {at(.1, .9), white}, "the density": {color.NRGBA{behind.R, 0, behind.B, 255}, color.NRGBA{86, 0, 143, 255}},
		"the shaft of the arrow": {at(.45, -.5), roles[figure.A]}, "beyond it": {at(.49, -.45), white},
		"the path": {at(.25, .5), roles[figure.B]}, "a particle": {at(.25, 0), roles[figure.D]},
	} {
		if c.got != c.want {
			t.Errorf("%s is %v, expected %v", what, c.got, c.want)
		}
	}
}

func TestExhibitErrorsSayWhat(t *testing.T) {
	for want, args := range map[string][]string{
		"there is counting":          {"painting"},
		"one of counting":            {},
		"has no control \"steps\"":   {"counting", "--set", "steps=3"},
		"from 0 to 4":                {"counting", "--set", "step=5"},
		"expected control=value":     {"counting", "--set", "step"},
		"it has \"Far\"":             {"counting", "--preset", "near"},
		"must end in .png":           {"counting", "--out", "x.jpg"},
		"of the exhibit \"other\"":   {"counting", "--link", "other?seed=1"},
		"step was left out":          {"--link", "counting?step=5"},
		"none of the others can be":  {"counting", "--link", "counting", "--set", "step=1"},
		"accepts at most 1 arg(s)":   {"counting", "counting"},
		"expected a whole number fr": {"counting", "--set", "seed=x"},
	} {
		if _, err := exhibited(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want one that says %s", args, err, want)
		}
	}
}

func TestExhibitsLists(t *testing.T) {
	var got []struct {
		ID, Title  string
		Year       int
		References []int
		Models     []string
		Presets    []struct{ Name string }
		Sentences  []string
		Controls   []struct{ ID, Default string }
		Panels     []struct{ ID string }
	}
	text := mustRun(t, "exhibits", "--json")
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "null") {
		t.Error("a list is null")
	}
	list := all.Exhibits()
	table := mustRun(t, "exhibits")
	for i, e := range list {
		if got[i].ID != e.ID || got[i].Title != e.Title || !slices.Equal(got[i].References, e.References) || len(got[i].Controls) != len(e.Controls) || len(got[i].Presets) != len(e.Presets) || len(got[i].Sentences) != 3 {
			t.Errorf("%s is listed as %+v", e.ID, got[i])
		}
		if !strings.Contains(table, e.ID) {
			t.Errorf("%s is not in the table", e.ID)
		}
	}
	if len(got) != len(list) || len(list) == 0 {
		t.Errorf("%d of %d exhibits are listed", len(got), len(list))
	}
}

// A model that is not the listed one is refused.
func TestExhibitModelsAreChecked(t *testing.T) {
	site := t.TempDir()
	if err := os.Mkdir(filepath.Join(site, "models"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(site, "models", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	h := folderHost{folder: site}
	if _, err := h.Weights(t.Context(), "m"); err == nil || !strings.Contains(err.Error(), "--models") {
		t.Errorf("no list: %v", err)
	}
	write("index.json", `{"models":[{"id":"m","name":"M","file":"m.gguf","size":3,"sha256":"`+strings.Repeat("0", 64)+`",
		"licence":"MIT","data":{"name":"d","source":"s","licence":"MIT"},"classes":[],"metrics":[],"training":"make"}]}`)
	write("m.gguf", "abc")
	if _, err := h.Weights(t.Context(), "m"); err == nil || !strings.Contains(err.Error(), "is not the listed model") {
		t.Errorf("another file: %v", err)
	}
	if _, err := h.Weights(t.Context(), "n"); err == nil || !strings.Contains(err.Error(), "there is m") {
		t.Errorf("an unknown model: %v", err)
	}
}
