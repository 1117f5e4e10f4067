package chart

import (
	"math"
	"strconv"
	"strings"
)

// Tick is a number on an axis.
type Tick struct {
	Value float64
	Text  string // "" for a mark without a number
}

// Ticks are round numbers from low to high, at most about most of them: multiples of
// 1, 2 or 5 times a power of ten.
func Ticks(low, high float64, most int) []Tick {
	if !(low < high) || most < 1 {
		return nil
	}
	rough := (high - low) / float64(most)
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := power
	for _, multiple := range []float64{1, 2, 5, 10} {
		if step = multiple * power; step >= rough*(1-1e-9) {
			break
		}
	}
	digits := int(max(0, -math.Floor(math.Log10(step)+1e-9)))
	var ticks []Tick
	for k := math.Ceil(low/step - 1e-9); k*step <= high+1e-9*step; k++ {
		ticks = append(ticks, Tick{k * step, fixed(k*step, digits)})
	}
	return ticks
}

// LogTicks are the powers of ten from low to high, with their marks at 2 … 9 where
// there are few powers; at most about most have a number.
func LogTicks(low, high float64, most int) []Tick {
	if !(0 < low && low < high) || most < 1 {
		return nil
	}
	from, to := math.Floor(math.Log10(low)+1e-9), math.Ceil(math.Log10(high)-1e-9)
	every := math.Max(1, math.Ceil((to-from)/float64(most)))
	few := to-from <= 2
	var ticks []Tick
	for e := from; e <= to; e++ {
		for m := 1.0; m < 10; m++ {
			v := m * math.Pow(10, e)
			if v < low*(1-1e-9) || v > high*(1+1e-9) || m > 1 && to-from > 6 {
				continue
			}
			text := ""
			if m == 1 && math.Mod(e-from, every) == 0 || few && (m == 2 || m == 5) {
				text = short(v)
			}
			ticks = append(ticks, Tick{v, text})
		}
	}
	return ticks
}

// fixed writes v with so many digits after the point; large and tiny ones by a power.
func fixed(v float64, digits int) string {
	if digits > 4 || math.Abs(v) >= 1e6 {
		return short(v)
	}
	text := strconv.FormatFloat(v, 'f', digits, 64)
	if v == 0 || strings.Trim(text, "-0.") == "" {
		text = "0"
	}
	return minus(text)
}

// short writes a number in few characters: "0.01", "2000", "10⁻⁵", "2·10⁶".
func short(v float64) string {
	switch a := math.Abs(v); {
	case a >= 1e3 && a < 1e5:
		return minus(strconv.FormatFloat(v, 'f', 0, 64))
	case v == 0 || a >= 1e-3 && a < 1e5:
		return minus(strconv.FormatFloat(v, 'g', 3, 64))
	}
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', 1, 64), "e")
	n, _ := strconv.Atoi(power)
	raised := "10" + strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
	if mantissa = strings.TrimSuffix(mantissa, ".0"); mantissa == "1" {
		return raised
	}
	return minus(mantissa) + "·" + raised
}

func minus(text string) string { return strings.Replace(text, "-", "−", 1) }
