package scoreblog

import (
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
)

// Pixel is the sheet of one pixel of a trained network.
var Pixel = &exhibit.Exhibit{
	ID: "pixel-sheet", Title: "The SDE sheet of one pixel", Year: 2021, References: []int{18, 17},
	Sentences: [3]string{
		"A picture is a thousand numbers that go into noise together; here one of them is watched, the pixel that is marked in the first picture.",
		"Behind lies how likely its value is at every time, by real pictures: mostly black or some grey of cloth, and less and less certain with noise.",
		"From one and the same noise a trained network leads back: the SDE, shaken, to another picture every time, and the ODE always to the same one.",
	},
	Models: []string{"fashion", "subvp-fashion"},
	Controls: slices.Concat([]exhibit.Control{
		{ID: "pixel", Kind: exhibit.Mask, Label: "Pixel", Default: onePixel(15, 16), Min: pixelSide, Max: pixelSide,
			Tip: "Which pixel is watched. Press it in the first picture; press one again to take it away. Of several the mean is watched, whose noise is less."},
		{ID: "network", Kind: exhibit.Choice, Label: "Network", Default: "fashion", Tip: "Which has learned the score, and of which SDE.",
			Options: []exhibit.Option{
				{ID: "fashion", Label: "Garments, VP", Tip: "Trained as DDPM in 1000 steps, which tend to this SDE."},
				{ID: "subvp-fashion", Label: "Garments, sub-VP", Tip: "Trained on the SDE itself, at any time between 0 and 1."}}},
		chain.ClassControl("any"),
	}, chain.PictureControls("", "Forward from", "pullover", 1), []exhibit.Control{
		{ID: "runs", Kind: exhibit.Number, Label: "Runs of the SDE", Default: "4", Modest: "2", Min: 1, Max: 8, Tip: "How many times the reverse SDE goes from the same noise, shaken differently. Each costs the network a picture at every step."},
		{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: "40", Modest: "16", Min: 2, Max: 500, Tip: "Steps back, evenly over the time. Each goes by what the network makes out to be the picture, so that few suffice."},
		exhibit.SeedControl(),
	}),
	Presets: []exhibit.Preset{
		{Name: "In the middle", Tip: "A pixel that is cloth in most pictures.", Values: map[string]string{}},
		{Name: "In a corner", Tip: "Black in nearly every picture: all paths end there.", Values: map[string]string{"pixel": onePixel(3, 3)}},
		{Name: "Between sleeve and body", Tip: "Cloth in some, black in others: two bumps, and the paths choose.", Values: map[string]string{"pixel": onePixel(22, 8)}},
		{Name: "sub-VP", Tip: "Less noise on the way, and a network of its own.", Values: map[string]string{"network": "subvp-fashion"}},
		{Name: "A bag every time", Tip: "The network is told the garment; the density behind is that of the bags.", Values: map[string]string{"class": "bag", "garment": "bag"}},
	},
	Panels: []exhibit.Panel{
		{ID: "pictures", Title: "The pictures", Tip: "First the real picture, where the pixel is chosen; then that picture with the noise of this time, and on the way back the pictures of the runs, dimmed to what can be shown.", Draw: "pixel"},
		{ID: "sheet", Title: "Its value over time", Tip: "Across: time, from the real picture at 0 into noise at 1, and back to new pictures at 2. Down: the value, −1 black and 1 white. The darkest of every time is the likeliest, by the real pictures that the site has.", Wide: true},
		{ID: "now", Title: "Its value now", Tip: "Line: how likely it is at this time, by the real pictures. Points: where the runs are."},
	},
	Timeline: "time",
	Run:      exhibit.TellTraining(runPixel),
	Quick:    map[string]string{"steps": "3", "runs": "1"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "ode"},
		{Control: "pixel", Value: onePixel(20, 14), Readout: "mean"},
		{Control: "class", Value: "bag", Readout: "ode"},
	},
	Tolerances: map[string]float64{"ode": 5e-3, "sde": 5e-3},
}

// pixelSide is the side of the pictures.
const pixelSide = 32

// onePixel is the mask of a pixel.
func onePixel(row, col int) string {
	on := make([]bool, pixelSide*pixelSide)
	on[row*pixelSide+col] = true
	return exhibit.EncodeMask(on)
}
