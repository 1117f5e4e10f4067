package faces

import (
	"os"
	"reflect"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/gguf"
	"unnoise/model/unet"
)

func TestProbes(t *testing.T) { exhibittest.Probe(t, Compose) }

// The menus offer what the model was trained on.
func TestMenusAreTheModels(t *testing.T) {
	data, err := os.ReadFile("../../../web/models/faces.gguf")
	if err != nil {
		t.Fatal(err)
	}
	set, err := gguf.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if of, err := unet.Attributes(set); err != nil || !reflect.DeepEqual(of, attributes) {
		t.Errorf("the model has %v (%v), the menus %v", of, err, attributes)
	}
}

// The row's picture of the chosen option is the first face: the same noise, told the
// same. With fresh noise in every step too.
func TestRowRepeatsTheFirstFace(t *testing.T) {
	for _, sampler := range []string{"ddim", "ddpm"} {
		values := map[string]string{"pictures": "2", "steps": "3", "vary": "beard", "beard": "full", "sampler": sampler}
		frames := exhibittest.Run(t, Compose, values)
		f := frames[len(frames)-1]
		faces, row := f.Figures["faces"].(*figure.Pictures), f.Figures["row"].(*figure.Pictures)
		size := faces.C * faces.H * faces.W
		first, full := faces.Values[2*size:3*size], row.Values[size:2*size]
		for i := range first {
			if d := first[i] - full[i]; d > 1e-4 || d < -1e-4 {
				t.Fatalf("%s: value %d is %g in the first face and %g in the row", sampler, i, first[i], full[i])
			}
		}
	}
}

func TestInWords(t *testing.T) {
	s, err := exhibit.NewState(Compose, open(map[string]string{"hair": "flat-top", "hat": "none"}))
	if err != nil {
		t.Fatal(err)
	}
	if got := inWords(composed(s)); got != "hair flat top, hat none" {
		t.Errorf("got %q", got)
	}
	if s, err = exhibit.NewState(Compose, open(nil)); err != nil {
		t.Fatal(err)
	}
	if got := inWords(composed(s)); got != "nothing said" {
		t.Errorf("got %q", got)
	}
}
