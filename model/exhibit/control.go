package exhibit

import (
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a control looks like and which values it takes.
type Kind string

// The kinds. Values are text, as in a link.
const (
	Choice  Kind = "choice"  // the ID of one of Options
	Range   Kind = "range"   // a number from Min to Max in steps of Step: a slider
	Number  Kind = "number"  // a whole number from Min to Max: a field
	Seed    Kind = "seed"    // a whole number of 64 bits, with a button for another one
	Toggle  Kind = "toggle"  // "on" or "off"
	Text    Kind = "text"    // 1 to Max characters
	Drawing Kind = "drawing" // points of the plane: see EncodePoints
	Mask    Kind = "mask"    // Min × Max cells (height × width), each on or off: see EncodeMask; the brush is Step cells wide, one where it is 0
	Button  Kind = "button"  // no value: pressing it is an Order
)

// Control is something that can be turned.
type Control struct {
	ID      string   `json:"id"` // lower case, digits and hyphens
	Kind    Kind     `json:"kind"`
	Label   string   `json:"label"`
	Tip     string   `json:"tip"`
	Default string   `json:"default"`
	Options []Option `json:"options,omitempty"` // of a Choice
	Min     float64  `json:"min,omitempty"`
	Max     float64  `json:"max,omitempty"`
	Step    float64  `json:"step,omitempty"`
	Log     bool     `json:"log,omitempty"` // a slider that moves by factors; Min > 0
	// Modest is the default where a device is slow; "" where Default serves there.
	Modest string `json:"modest,omitempty"`
	// Live controls do not start a new run while one goes on: they are Orders to it.
	Live bool `json:"live,omitempty"`
	// When says for which value of another control this one matters; it is hidden for
	// others. Control "" is always.
	When Condition `json:"when,omitzero"`
}

// Condition holds where a control has one of the values.
type Condition struct {
	Control string   `json:"control"`
	Values  []string `json:"values"`
}

// Option is a value of a Choice.
type Option struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Tip   string `json:"tip,omitempty"`
}

// Usual controls.

// SeedControl is the seed that nearly every exhibit has, with the id "seed".
func SeedControl() Control {
	return Control{ID: "seed", Kind: Seed, Label: "Seed", Default: "0",
		Tip: "Which random numbers are drawn. The same seed gives the same result, on every machine."}
}

// Parse checks a value of the control. The error says what was expected.
func (c *Control) Parse(text string) error {
	switch c.Kind {
	case Choice:
		if slices.ContainsFunc(c.Options, func(o Option) bool { return o.ID == text }) {
			return nil
		}
		ids := make([]string, len(c.Options))
		for i, o := range c.Options {
			ids[i] = o.ID
		}
		return c.refuse(text, "one of "+strings.Join(ids, ", "))
	case Range:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(v) || v < c.Min || v > c.Max {
			return c.refuse(text, fmt.Sprintf("a number from %g to %g", c.Min, c.Max))
		}
	case Number:
		v, err := strconv.Atoi(text)
		if err != nil || float64(v) < c.Min || float64(v) > c.Max {
			return c.refuse(text, fmt.Sprintf("a whole number from %g to %g", c.Min, c.Max))
		}
	case Seed:
		if _, err := strconv.ParseUint(text, 10, 64); err != nil {
			return c.refuse(text, "a whole number from 0 to 18446744073709551615")
		}
	case Toggle:
		if text != "on" && text != "off" {
			return c.refuse(text, "on or off")
		}
	case Text:
		if n := utf8.RuneCountInString(text); n < 1 || float64(n) > c.Max || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
			return c.refuse(text, fmt.Sprintf("1 to %g characters", c.Max))
		}
	case Drawing:
		if _, err := DecodePoints(text); err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
	case Mask:
		if _, err := DecodeMask(text, int(c.Min), int(c.Max)); err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
	case Button:
		return fmt.Errorf("%s is a button and has no value", c.ID)
	default:
		return fmt.Errorf("%s is of no known kind (%q)", c.ID, c.Kind)
	}
	return nil
}

func (c *Control) refuse(text, expected string) error {
	return fmt.Errorf("%s is %q, expected %s", c.ID, text, expected)
}

func (c *Control) check() error {
	if c.ID == "" || c.Label == "" || c.Tip == "" {
		return fmt.Errorf("control %q lacks an id, a label or a tip", c.ID)
	}
	if c.Kind == Button {
		return nil
	}
	if c.Kind == Range && (c.Step <= 0 || c.Log && c.Min <= 0) {
		return fmt.Errorf("slider %q has steps of %g from %g", c.ID, c.Step, c.Min)
	}
	for _, value := range []string{c.Default, c.Modest} {
		if value == "" && (c.Kind == Drawing || c.Kind == Mask || value == c.Modest) {
			continue
		}
		if err := c.Parse(value); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	return nil
}

// MaxPoints bounds a drawing.
const MaxPoints = 4096

// EncodePoints writes points of the square [−2, 2]² as the value of a Drawing:
// 12 bits a coordinate, base64url.
func EncodePoints(xy []float32) string {
	raw := make([]byte, 0, len(xy)/2*3)
	for i := 0; i+1 < len(xy); i += 2 {
		x, y := level(xy[i]), level(xy[i+1])
		raw = append(raw, byte(x>>4), byte(x<<4)|byte(y>>8), byte(y))
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// level is a coordinate in 4095 steps.
func level(v float32) uint16 {
	return uint16(math.Round((min(2, max(-2, float64(v))) + 2) / 4 * 4095))
}

// DecodePoints reads what EncodePoints has written.
func DecodePoints(text string) ([]float32, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw)%3 != 0 {
		return nil, fmt.Errorf("a drawing of %d characters is garbled", len(text))
	}
	if len(raw)/3 > MaxPoints {
		return nil, fmt.Errorf("a drawing of %d points, at most %d", len(raw)/3, MaxPoints)
	}
	xy := make([]float32, 0, len(raw)/3*2)
	for i := 0; i < len(raw); i += 3 {
		x := uint16(raw[i])<<4 | uint16(raw[i+1])>>4
		y := uint16(raw[i+1]&15)<<8 | uint16(raw[i+2])
		xy = append(xy, float32(float64(x)/4095*4-2), float32(float64(y)/4095*4-2))
	}
	return xy, nil
}

// EncodeMask writes a mask of cells, row by row, as the value of a Mask; one that
// is off everywhere is "".
func EncodeMask(on []bool) string {
	if !slices.Contains(on, true) {
		return ""
	}
	raw := make([]byte, (len(on)+7)/8)
	for i, v := range on {
		if v {
			raw[i/8] |= 1 << (i % 8)
		}
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// DecodeMask reads what EncodeMask has written, of h × w cells.
func DecodeMask(text string, h, w int) ([]bool, error) {
	on := make([]bool, h*w)
	if text == "" {
		return on, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != (len(on)+7)/8 {
		return nil, fmt.Errorf("a mask of %d characters is not one of %d×%d cells", len(text), h, w)
	}
	for i := range on {
		on[i] = raw[i/8]>>(i%8)&1 == 1
	}
	return on, nil
}
