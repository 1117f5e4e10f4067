package bench

import (
	_ "embed"

	"unnoise/model/unet/drawn"
	"unnoise/model/weights"
)

// ReferenceCase is the name of the reference network in rows.
const ReferenceCase = "reference-unet"

// reference is the config.json of the reference network.
//
//go:embed reference.json
var reference []byte

// Reference draws the reference network: a U-Net in the layout of DDPM (Ho et al. 2020,
// arXiv:2006.11239, appendix B) at half its width, 8.95 M parameters. progress, if not
// nil, hears how many of these are drawn.
func Reference(progress func(done, total int)) (*weights.Set, error) {
	return drawn.Weights(reference, progress)
}
