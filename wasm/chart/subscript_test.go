package chart

import "testing"

func TestIndices(t *testing.T) {
	for name, want := range map[string][2]string{
		"":            {"", ""},
		"a < b":       {"a &lt; b", "a &lt; b"},
		"K − K_null":  {"K − K<sub>null</sub>", `K − K<tspan class="index" dy="3">null</tspan>`},
		"ε / σ_L²":    {"ε / σ<sub>L</sub>²", `ε / σ<tspan class="index" dy="3">L</tspan><tspan dy="-3">²</tspan>`},
		"x_0 and x_1": {"x<sub>0</sub> and x<sub>1</sub>", `x<tspan class="index" dy="3">0</tspan><tspan dy="-3"> and x</tspan><tspan class="index" dy="3">1</tspan>`},
		"_a":          {"_a", "_a"},
		"a_ b":        {"a_ b", "a_ b"},
		"a__b_":       {"a__b_", "a__b_"},
	} {
		if got := HTML(name); got != want[0] {
			t.Errorf("HTML(%q) = %s, want %s", name, got, want[0])
		}
		if got := svg(name); got != want[1] {
			t.Errorf("svg(%q) = %s, want %s", name, got, want[1])
		}
	}
}
