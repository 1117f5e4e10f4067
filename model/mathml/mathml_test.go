package mathml

import (
	"math"
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	for x, want := range map[float64]string{
		math.Inf(1): "∞", math.Inf(-1): "−∞", 0: "0", 1: "1", 0.078587243: "0.07859", 4.0358298e-5: "4.036 × 10⁻⁵", -2: "−2", 157.4103: "157.4", 12345: "12345", 10000: "10000", -99999.4: "−99999",
		0.001: "0.001", 0.00099999: "1.000 × 10⁻³", 123456: "1.235 × 10⁵",
	} {
		if got := Plain(x); got != want {
			t.Errorf("Plain(%v) = %q, expected %q", x, got, want)
		}
	}
}

func TestSymbolsStopOnce(t *testing.T) {
	a, b := Of(Symbol{I("a"), `The "first".`}), Of(Symbol{I("b"), "The second."})
	seen := map[string]bool{}
	first, second := StopOnce(Line(a, O("="), b, O("+"), a), seen), StopOnce(Line(b), seen)
	if n := strings.Count(first, "tabindex"); n != 2 {
		t.Errorf("%d stops for two symbols: %s", n, first)
	}
	if strings.Contains(second, "tabindex") || !strings.Contains(second, "The second.") {
		t.Errorf("a symbol met before: %s", second)
	}
}
