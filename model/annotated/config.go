package annotated

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ClassName is the _class_name of the configs that this package reads.
const ClassName = "AnnotatedUNet"

// Config is the arguments of the article's network, and the side of its pictures.
type Config struct {
	Class        string `json:"_class_name"`
	SampleSize   int    `json:"sample_size"` // height and width; 0 where any will do
	Dim          int    `json:"dim"`         // width of the first level, 28
	DimMults     []int  `json:"dim_mults"`   // each level's width over Dim, (1, 2, 4)
	Channels     int    `json:"channels"`    // of a picture
	UseConvNext  bool   `json:"use_convnext"`
	ConvNextMult int    `json:"convnext_mult"` // width inside a block over its width outside
}

// ParseConfig reads a config. The error names the key and its value.
func ParseConfig(text []byte) (Config, error) {
	c := Config{Channels: 3, DimMults: []int{1, 2, 4, 8}, UseConvNext: true, ConvNextMult: 2} // the article's defaults
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("the model's config cannot be read: %w", err)
	}
	return c, c.check()
}

func (c Config) check() error {
	const widest, levels = 1 << 12, 12
	if c.Class != ClassName {
		return fmt.Errorf("the config's _class_name is %q, expected %q", c.Class, ClassName)
	}
	if !c.UseConvNext {
		return fmt.Errorf("the config's use_convnext is false; only ConvNeXt blocks are supported here")
	}
	if n := len(c.DimMults); n < 1 || n > levels {
		return fmt.Errorf("the config's dim_mults has %d entries, expected 1 to %d", n, levels)
	}
	if c.DimMults[0] != 1 {
		return fmt.Errorf("the config's dim_mults begins with %d, expected 1: the last block is as wide as dim", c.DimMults[0])
	}
	type number struct {
		key                string
		value, least, most int
	}
	numbers := []number{
		{"dim", c.Dim, 4, widest}, // 2 frequencies of time at least
		{"channels", c.Channels, 1, widest},
		{"convnext_mult", c.ConvNextMult, 1, 64},
		{"sample_size", c.SampleSize, 0, widest},
	}
	for i, m := range c.DimMults {
		numbers = append(numbers, number{fmt.Sprintf("dim_mults[%d]", i), m, 1, 64})
	}
	for _, n := range numbers {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("the config's %s is %d, expected %d to %d", n.key, n.value, n.least, n.most)
		}
	}
	if c.Dim%2 != 0 {
		return fmt.Errorf("the config's dim is %d, expected an even number: half of it are sines", c.Dim)
	}
	return nil
}

// Multiple is what height and width must be multiples of: every level but the last
// halves them.
func (c Config) Multiple() int { return 1 << (len(c.DimMults) - 1) }

// widths are the number of channels of the stem and of each level.
func (c Config) widths() []int {
	widths := []int{c.Dim / 3 * 2}
	for _, m := range c.DimMults {
		widths = append(widths, c.Dim*m)
	}
	return widths
}

// timeDim is the width of the time embedding.
func (c Config) timeDim() int { return 4 * c.Dim }
