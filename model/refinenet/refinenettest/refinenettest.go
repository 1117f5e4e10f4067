// Package refinenettest runs whole networks of NCSN and NCSNv2 through an executor and
// compares them with PyTorch, computed in float64 (tools/golden/ncsn.py). The golden files
// are embedded; weights and pictures are drawn by name.
package refinenettest

import (
	"embed"
	"path"
	"testing"

	"unnoise/model/refinenet"
	"unnoise/model/unet/unettest"
)

//go:embed testdata/*.json
var files embed.FS

// Goldens are one of each kind, of sizes that differ wherever they can.
var Goldens = unettest.Goldens{Names: []string{"ncsn", "ncsnv2"}, Load: Load}

// Load reads a golden file.
func Load(name string) (unettest.Golden, error) {
	text, err := files.ReadFile(path.Join("testdata", name+".json"))
	if err != nil {
		return unettest.Golden{}, err
	}
	golden, err := unettest.Parse(name, text)
	golden.Build = refinenet.Build
	return golden, err
}

// Run runs every golden through an executor: see [unettest.Goldens].
func Run(t *testing.T, compile unettest.Compile, tolerance float64) {
	t.Helper()
	Goldens.Run(t, compile, tolerance)
}
