package scoresde

import (
	"testing"

	"unnoise/model/exhibit/exhibittest"
)

func TestExhibitsKeepTheirPromises(t *testing.T) {
	for _, e := range Exhibits {
		t.Run(e.ID, func(t *testing.T) { exhibittest.Probe(t, e) })
	}
}
