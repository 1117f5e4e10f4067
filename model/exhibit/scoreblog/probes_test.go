package scoreblog

import (
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
)

func TestProbes(t *testing.T) {
	for _, e := range []*exhibit.Exhibit{Field, Pitfalls, Sheet, Pixel, Tutorial} {
		t.Run(e.ID, func(t *testing.T) { exhibittest.Probe(t, e) })
	}
}
