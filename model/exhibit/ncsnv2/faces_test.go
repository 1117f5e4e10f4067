package ncsnv2

import (
	"testing"

	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
)

func TestChainsProbes(t *testing.T) { exhibittest.Probe(t, Chains) }

func TestInterpolationProbes(t *testing.T) { exhibittest.Probe(t, Interpolation) }

// A row begins in one picture and is led apart by its noise alone.
func TestARowBeginsInOnePicture(t *testing.T) {
	frames := exhibittest.Run(t, Interpolation, Interpolation.Quick)
	apart := func(frame int) bool {
		p := frames[frame].Figures["state"].(*figure.Pictures)
		size := len(p.Values) / p.N()
		for i := range size {
			if p.Values[i] != p.Values[size+i] {
				return true
			}
		}
		return false
	}
	if apart(0) {
		t.Error("the first two pictures of a row begin apart")
	}
	if !apart(len(frames) - 1) {
		t.Error("the first two pictures of a row are the same in the end")
	}
}
