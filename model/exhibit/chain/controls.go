package chain

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
)

// garments are the classes of Fashion-MNIST, in the order of its labels.
var garments = []exhibit.Option{
	{ID: "t-shirt", Label: "T-shirt"}, {ID: "trouser", Label: "Trouser"}, {ID: "pullover", Label: "Pullover"},
	{ID: "dress", Label: "Dress"}, {ID: "coat", Label: "Coat"}, {ID: "sandal", Label: "Sandal"},
	{ID: "shirt", Label: "Shirt"}, {ID: "sneaker", Label: "Sneaker"}, {ID: "bag", Label: "Bag"},
	{ID: "ankle-boot", Label: "Ankle boot"},
}

// ClassControl lets the visitor say what is to be made: a garment, or "any".
func ClassControl(standard string) exhibit.Control {
	return exhibit.Control{ID: "class", Kind: exhibit.Choice, Label: "Garment", Default: standard,
		Tip:     "What the network is told to make. “Anything” tells it nothing, as in the paper.",
		Options: append([]exhibit.Option{{ID: "any", Label: "Anything"}}, garments...)}
}

// Class is the value of a ClassControl.
func Class(s exhibit.State) int { return garment(s.Text("class")) }

// garment is the class of an id, diffusion.NoClass for "any".
func garment(id string) int {
	return slices.IndexFunc(garments, func(o exhibit.Option) bool { return o.ID == id })
}

// GarmentName is a class's name.
func GarmentName(class int) string {
	if class == diffusion.NoClass {
		return "anything"
	}
	return garments[class].Label
}

// PictureControls let the visitor choose a picture of the sample sheet: a garment,
// and which of its ten. Two pictures take two prefixes, "" and "other-".
func PictureControls(prefix, label, standard string, which int) []exhibit.Control {
	return []exhibit.Control{
		{ID: prefix + "garment", Kind: exhibit.Choice, Label: label, Default: standard, Options: garments,
			Tip: "A real picture, which no network here was trained on (Fashion-MNIST, test split)."},
		{ID: prefix + "which", Kind: exhibit.Number, Label: "Which of ten", Default: strconv.Itoa(which), Min: 0, Max: 9,
			Tip: "There are ten pictures of every garment."},
	}
}

// Picture is the one that PictureControls chose, C·H·W values, and its class.
func Picture(ctx context.Context, env *exhibit.Env, s exhibit.State, prefix string) (x0 []float32, class int, err error) {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return nil, 0, err
	}
	class = garment(s.Text(prefix + "garment"))
	seen := 0
	for i, label := range sheet.Labels {
		if label != class {
			continue
		}
		if seen == s.Int(prefix+"which") {
			return sheet.Pictures[i], class, nil
		}
		seen++
	}
	return nil, 0, fmt.Errorf("the sample sheet has only %d pictures of the class %s: the site is incomplete", seen, GarmentName(class))
}

// StepsControl is how many of the trained timesteps a run visits.
func StepsControl(standard, modest string) exhibit.Control {
	return exhibit.Control{ID: "steps", Kind: exhibit.Number, Label: "Steps", Default: standard, Modest: modest, Min: 2, Max: 1000,
		Tip: "How many of the 1000 timesteps are visited, evenly spread. All of them is what the network was trained for; each costs one pass through it."}
}

// CountControl is how many pictures are made side by side.
func CountControl(standard, modest string, most float64) exhibit.Control {
	return exhibit.Control{ID: "pictures", Kind: exhibit.Number, Label: "Pictures", Default: standard, Modest: modest, Min: 1, Max: most,
		Tip: "How many are made side by side. Each has random numbers of its own."}
}

// TermsControl is how many terms of a bound are measured.
func TermsControl(standard, modest string) exhibit.Control {
	return exhibit.Control{ID: "terms", Kind: exhibit.Number, Label: "Terms measured", Default: standard, Modest: modest, Min: 4, Max: 1000,
		Tip: "The bound is a sum of 1000 terms, each of which asks the network once. Fewer are drawn one from each of as many stretches, short where t is small, and the sum is an estimate with a standard error. 1000 measures all."}
}

// VarianceOptions are the variances of DDPM's chain.
var VarianceOptions = []exhibit.Option{
	{ID: "fixed-small", Label: "Fixed small, β̃", Tip: "The variance that is right if the data were a single picture."},
	{ID: "fixed-large", Label: "Fixed large, β", Tip: "The variance that is right if the data were pure noise."},
}

// Variance is that of a VarianceOptions' id, or of "learned".
func Variance(id string) diffusion.Variance {
	switch id {
	case "fixed-large":
		return diffusion.FixedLarge
	case "learned":
		return diffusion.LearnedRange
	}
	return diffusion.FixedSmall
}
