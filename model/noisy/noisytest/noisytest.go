// Package noisytest runs whole classifiers of noisy pictures, and their gradients, through an
// executor and compares them with PyTorch and its autograd, computed in float64
// (tools/golden/noisy.py). The golden files are embedded; weights and pictures are drawn by
// name.
package noisytest

import (
	"embed"
	"path"
	"strings"
	"testing"

	"unnoise/model/noisy"
	"unnoise/model/unet/unettest"
)

//go:embed testdata/*.json
var files embed.FS

// Goldens are the logits of Fashion's classifier and of one with every size
// another, and the gradients of their log p(y|x).
var Goldens = unettest.Goldens{Names: []string{"fashion", "odd", "fashion-gradient", "odd-gradient"}, Load: Load}

// Load reads a golden file.
func Load(name string) (unettest.Golden, error) {
	text, err := files.ReadFile(path.Join("testdata", name+".json"))
	if err != nil {
		return unettest.Golden{}, err
	}
	golden, err := unettest.Parse(name, text)
	golden.Build = noisy.Build
	if strings.HasSuffix(name, "-gradient") {
		golden.Build = noisy.BuildGuide
	}
	return golden, err
}

// Run runs every golden through an executor: see [unettest.Goldens].
func Run(t *testing.T, compile unettest.Compile, tolerance float64) {
	t.Helper()
	Goldens.Run(t, compile, tolerance)
}
