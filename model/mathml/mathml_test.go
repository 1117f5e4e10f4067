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

// Whole numbers in a table have all their digits; equations write the same ones as a power.
func TestReadout(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 17: "17", -9999: "−9999", 10000: "10,000", 299968: "299,968", 300000: "300,000", -1234567: "−1,234,567", 999999999999: "999,999,999,999",
		1e12: "1.000 × 10¹²", 300000.5: "3.000 × 10⁵", 12345.6: "12346", 4.0358298e-5: "4.036 × 10⁻⁵", math.Inf(-1): "−∞",
	} {
		if got := Readout(x); got != want {
			t.Errorf("Readout(%v) = %q, expected %q", x, got, want)
		}
	}
	if got, want := Number(300000), Row(N("3.000"), O("·"), Sup(N("10"), Row(N("5")))); got != want {
		t.Errorf("in an equation, 300000 is %s, expected %s", got, want)
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
