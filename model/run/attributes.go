package run

import (
	"fmt"
	"strings"

	"unnoise/model/diffusion"
	"unnoise/model/unet"
)

// Attribute is something of a picture that the network can be told, with its options.
type Attribute = unet.Attribute

// ParseAttributes reads what Spec.Attributes says, "hair=bob;hat=none", in any case:
// for each attribute of the model the number of an option, or diffusion.Unknown where
// the text does not name it. The result is nil for a model without attributes. The
// error names the attribute and the options there are.
func (info Info) ParseAttributes(text string) ([]int, error) {
	options := make([]int, len(info.Attributes))
	for i := range options {
		options[i] = diffusion.Unknown
	}
	for pair := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, word, _ := strings.Cut(pair, "=")
		i := find(info.attributeNames(), name)
		switch {
		case len(info.Attributes) == 0:
			return nil, fmt.Errorf("there is no attribute “%s”: this model has none", strings.TrimSpace(name))
		case i < 0:
			return nil, fmt.Errorf("there is no attribute “%s”; there is %s", strings.TrimSpace(name), strings.Join(info.attributeNames(), ", "))
		case options[i] != diffusion.Unknown:
			return nil, fmt.Errorf("%s is there twice", info.Attributes[i].Name)
		}
		if options[i] = find(info.Attributes[i].Options, word); options[i] < 0 {
			return nil, fmt.Errorf("%s is “%s”; it can be %s", info.Attributes[i].Name, strings.TrimSpace(word), strings.Join(info.Attributes[i].Options, ", "))
		}
	}
	if len(options) == 0 {
		return nil, nil
	}
	return options, nil
}

// FormatAttributes is the text of such options: attributes in the model's order, those
// that are unknown left out.
func (info Info) FormatAttributes(options []int) string {
	var parts []string
	for i, option := range options {
		if option != diffusion.Unknown {
			parts = append(parts, info.Attributes[i].Name+"="+info.Attributes[i].Options[option])
		}
	}
	return strings.Join(parts, ";")
}

func (info Info) attributeNames() []string {
	names := make([]string, len(info.Attributes))
	for i, a := range info.Attributes {
		names[i] = a.Name
	}
	return names
}

// find is the place of a word among others, in any case and without the spaces around
// it, or −1.
func find(words []string, word string) int {
	for i, w := range words {
		if strings.EqualFold(w, strings.TrimSpace(word)) {
			return i
		}
	}
	return -1
}
