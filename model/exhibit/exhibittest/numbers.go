package exhibittest

import (
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// numbers fails the test where a curve or a density has a value that is no number:
// there it would not be drawn, and nobody would miss it.
func numbers(t testing.TB, e *exhibit.Exhibit, f exhibit.Frame) {
	t.Helper()
	for id, of := range f.Figures {
		switch of := of.(type) {
		case *figure.Plot:
			for _, c := range of.Curves {
				if k := missing(append(append([]float32(nil), c.X...), c.Y...)); k >= 0 {
					t.Errorf("%s, frame %d: the curve %q of %s is NaN at %d of %d", e.ID, f.Index, c.Name, id, k%len(c.X), len(c.X))
				}
			}
		case *figure.Plane:
			if of.Density == nil {
				continue
			}
			if k := missing(of.Density.Values); k >= 0 {
				t.Errorf("%s, frame %d: the density of %s is NaN at %d", e.ID, f.Index, id, k)
			}
		}
	}
}

// missing is where the first NaN is, or −1.
func missing(values []float32) int {
	for k, v := range values {
		if v != v {
			return k
		}
	}
	return -1
}
