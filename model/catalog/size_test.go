package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// scores are the networks of scores and the classifier that steers them.
var scores = []string{"ncsn-fashion", "ncsnv2-faces", "ncsnv2-faces-raw", "ve-faces", "subvp-fashion", "score-tutorial", "fashion-noisy-classifier"}

// TestModelsOfScoresAreSmall: a visitor loads at most 4 MB for an exhibit, and the site holds at
// most 14 MB of them.
func TestModelsOfScoresAreSmall(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "web", "models", "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var together int64
	found := 0
	for _, m := range c.Models {
		if !slices.Contains(scores, m.ID) {
			continue
		}
		found++
		together += m.Size
		if m.Size > 4e6 {
			t.Errorf("%s has %d bytes, more than 4 MB", m.ID, m.Size)
		}
	}
	if found != len(scores) || together > 14e6 {
		t.Errorf("%d of %d networks have %d bytes together, at most 14 MB are wanted", found, len(scores), together)
	}
}
