package letters

import (
	"math"
	"testing"
)

func TestLetters(t *testing.T) {
	for _, text := range []string{"A", "xt", "ДΩ8", "Unnoise!"} {
		m, err := Mixture(text)
		if err != nil {
			t.Fatal(err)
		}
		most := 0.
		for _, c := range m.Components() {
			most = max(most, math.Abs(c.X), math.Abs(c.Y))
		}
		if n := len(m.Components()); n < 200 || n > 700 || most < .9 || most > 1.05 {
			t.Errorf("%q: %d components up to %.2f", text, n, most)
		}
	}
	// An L has its ink at the left and at the bottom.
	m, err := Mixture("L")
	if err != nil {
		t.Fatal(err)
	}
	n := m.At(.999)
	middle := n.Moments(.3, .3).LogDensity
	if foot := n.Moments(.3, -.9).LogDensity; foot < middle+5 {
		t.Errorf("an L has the density %.1f at its foot and %.1f beside its stem", foot, middle)
	}
	for _, text := range []string{"", "123456789", "漢", " "} {
		if _, err := Mixture(text); err == nil {
			t.Errorf("%q was drawn", text)
		}
	}
}
