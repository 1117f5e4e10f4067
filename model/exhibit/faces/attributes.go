package faces

import (
	"strings"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/unet"
)

// attributes are those of the model "faces", with its own words: the menus are there
// before the model is loaded.
var attributes = []unet.Attribute{
	{Name: "hair", Options: []string{"crop", "flat top", "quiff", "spikes", "curls", "bald on top", "mohawk", "bob", "long", "swept", "bun", "pigtails"}},
	{Name: "hair colour", Options: []string{"blond", "brown", "black", "red", "blue", "green"}},
	{Name: "skin", Options: []string{"pale", "light", "tan", "brown", "dark"}},
	{Name: "hat", Options: []string{"none", "red beanie", "blue beanie", "green hat", "pink hat"}},
	{Name: "glasses", Options: []string{"none", "clear", "dark"}},
	{Name: "beard", Options: []string{"none", "full"}},
	{Name: "mouth", Options: []string{"smile", "laugh", "open", "sad"}},
	{Name: "clothes", Options: []string{"blue", "green", "red", "yellow"}},
	{Name: "background", Options: []string{"sky", "lilac", "rose", "sand"}},
}

// standard is what is composed unless something else is chosen; what is not here is
// left open.
var standard = map[string]string{"hair": "bob", "hair colour": "red", "skin": "light", "hat": "none", "glasses": "dark"}

// anything is the choice that leaves an attribute open.
const anything = "any"

// slug is a word as it stands in links.
func slug(word string) string { return strings.ReplaceAll(word, " ", "-") }

// menus are a control for each attribute, and the one that says which of them is tried
// in all its options.
func menus() []exhibit.Control {
	var controls []exhibit.Control
	vary := exhibit.Control{ID: "vary", Kind: exhibit.Choice, Label: "Try all of", Default: "glasses",
		Tip: "The row shows the first face again, from the very same noise, with every option of this attribute."}
	for _, a := range attributes {
		c := exhibit.Control{ID: slug(a.Name), Kind: exhibit.Choice, Label: capital(a.Name), Default: anything,
			Tip:     "What the network is told. “Any” tells it nothing: it chooses, as often as it saw each.",
			Options: []exhibit.Option{{ID: anything, Label: "Any"}}}
		if word, ok := standard[a.Name]; ok {
			c.Default = slug(word)
		}
		for _, word := range a.Options {
			c.Options = append(c.Options, exhibit.Option{ID: slug(word), Label: capital(word)})
		}
		controls = append(controls, c)
		vary.Options = append(vary.Options, exhibit.Option{ID: slug(a.Name), Label: capital(a.Name)})
	}
	return append(controls, vary)
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// composed is the option that was chosen of every attribute, or diffusion.Unknown.
func composed(s exhibit.State) []int {
	options := make([]int, len(attributes))
	for i, a := range attributes {
		options[i] = diffusion.Unknown
		for k, word := range a.Options {
			if slug(word) == s.Text(slug(a.Name)) {
				options[i] = k
			}
		}
	}
	return options
}

// varied is the number of the attribute that the row tries.
func varied(s exhibit.State) int {
	for i, a := range attributes {
		if slug(a.Name) == s.Text("vary") {
			return i
		}
	}
	panic("the control vary has an attribute that there is not")
}

// inWords says what is asked for.
func inWords(options []int) string {
	var parts []string
	for i, option := range options {
		if option != diffusion.Unknown {
			parts = append(parts, attributes[i].Name+" "+attributes[i].Options[option])
		}
	}
	if len(parts) == 0 {
		return "nothing said"
	}
	return strings.Join(parts, ", ")
}
