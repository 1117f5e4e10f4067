// Package annotatedtest runs whole networks of The Annotated Diffusion Model through
// an executor and compares them with PyTorch, computed in float64
// (tools/golden/annotated.py). The golden files are embedded; weights and pictures are
// drawn by name.
package annotatedtest

import (
	"embed"
	"path"
	"testing"

	"unnoise/model/annotated"
	"unnoise/model/unet/unettest"
)

//go:embed testdata/*.json
var files embed.FS

// Goldens are the article's own network, and one with every size another.
var Goldens = unettest.Goldens{Names: []string{"article", "odd"}, Load: Load}

// Load reads a golden file.
func Load(name string) (unettest.Golden, error) {
	text, err := files.ReadFile(path.Join("testdata", name+".json"))
	if err != nil {
		return unettest.Golden{}, err
	}
	golden, err := unettest.Parse(name, text)
	golden.Build = annotated.Build
	return golden, err
}

// Run runs every golden through an executor: see [unettest.Goldens].
func Run(t *testing.T, compile unettest.Compile, tolerance float64) {
	t.Helper()
	Goldens.Run(t, compile, tolerance)
}
