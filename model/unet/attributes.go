package unet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// Attribute is something of a picture that the network can be told, such as "hat", as
// one of its options or as unknown.
type Attribute struct {
	Name    string   `json:"name"`
	Options []string `json:"options"`
}

// Attributes reads which attributes the network of a set is told; there are none where
// the set does not say. The error says which attribute's name or options cannot stand
// in a link.
func Attributes(set *weights.Set) ([]Attribute, error) {
	text := set.Meta[weights.MetaAttributes]
	if text == "" {
		return nil, nil
	}
	var attributes []Attribute
	if err := json.Unmarshal([]byte(text), &attributes); err != nil {
		return nil, fmt.Errorf("the model's %s: %w", weights.MetaAttributes, err)
	}
	names := make([]string, len(attributes))
	for i, a := range attributes {
		names[i] = a.Name
		if err := checkWords(a.Options); err != nil {
			return nil, fmt.Errorf("the model's %s: attribute %q: %w", weights.MetaAttributes, a.Name, err)
		}
	}
	if err := checkWords(names); err != nil {
		return nil, fmt.Errorf("the model's %s: %w", weights.MetaAttributes, err)
	}
	return attributes, nil
}

// checkWords refuses words that do not tell things apart, or that a link uses itself.
func checkWords(words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("there are no words")
	}
	for i, word := range words {
		if strings.TrimSpace(word) == "" || strings.ContainsAny(word, ";=") {
			return fmt.Errorf("%q is empty, or has one of ; and =", word)
		}
		if slices.Contains(words[:i], word) {
			return fmt.Errorf("%q is there twice", word)
		}
	}
	return nil
}

// attributeEmbedding is the sum of a picture's rows of the attributes' table: what
// tools/train/model.py gives UNet2DModel in place of a class's embedding.
func (n *network) attributeEmbedding(attributes []Attribute, batch, dim int) graph.ID {
	counts, rows := make([]int, len(attributes)), 0
	for i, a := range attributes {
		counts[i] = len(a.Options) + 1 // the last is "unknown"
		rows += counts[i]
	}
	labels := n.Input("class_labels", batch, len(attributes))
	table := n.weight(weights.AttributeTable, rows, dim)
	return n.Apply("class_embedding", graph.EmbeddingSum{Weight: table, Counts: counts}, labels)
}
