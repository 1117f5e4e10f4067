// Package scorenettest runs whole networks of the tutorial on score-based models through an
// executor and compares them with PyTorch, computed in float64 (tools/golden/scorenet.py).
// The golden files are embedded; weights and pictures are drawn by name.
package scorenettest

import (
	"embed"
	"path"
	"testing"

	"unnoise/model/scorenet"
	"unnoise/model/unet/unettest"
)

//go:embed testdata/*.json
var files embed.FS

// Names are the goldens: the tutorial's own network, and one with every size another.
var Names = []string{"tutorial", "odd"}

// Load reads a golden file.
func Load(name string) (unettest.Golden, error) {
	text, err := files.ReadFile(path.Join("testdata", name+".json"))
	if err != nil {
		return unettest.Golden{}, err
	}
	golden, err := unettest.Parse(name, text)
	golden.Build = scorenet.Build
	return golden, err
}

// Run runs every golden network through an executor. ‖a−b‖/‖b‖ of the output must not
// exceed tolerance; the first module that is wrong is named.
func Run(t *testing.T, compile unettest.Compile, tolerance float64) {
	t.Helper()
	for _, name := range Names {
		t.Run(name, func(t *testing.T) {
			golden, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			relative, err := golden.Check(compile, tolerance)
			t.Logf("relative error %.2g", relative)
			if err != nil {
				t.Error(err)
			}
		})
	}
}
