package noisy

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ClassName is the _class_name of the configs that this package reads.
const ClassName = "NoisyClassifier"

// Config is the sizes of a classifier.
type Config struct {
	Class      string `json:"_class_name"`
	SampleSize int    `json:"sample_size"` // height and width; 0 where any multiple of Multiple will do
	InChannels int    `json:"in_channels"` // of a picture
	Widths     []int  `json:"widths"`      // of the first convolution, then of each stage
	NumClasses int    `json:"num_classes"`
}

// Is reports whether a config.json is of this package's network.
func Is(config json.RawMessage) bool {
	var named struct {
		Class string `json:"_class_name"`
	}
	return json.Unmarshal(config, &named) == nil && named.Class == ClassName
}

// ParseConfig reads a config. The error names the key and its value.
func ParseConfig(text []byte) (Config, error) {
	var c Config
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("the model's config cannot be read: %w", err)
	}
	return c, c.check()
}

func (c Config) check() error {
	const widest, most = 1 << 12, 12
	if c.Class != ClassName {
		return fmt.Errorf("the config's _class_name is %q, expected %q", c.Class, ClassName)
	}
	if n := len(c.Widths); n < 2 || n > most {
		return fmt.Errorf("the config's widths has %d entries, expected 2 to %d", n, most)
	}
	for _, n := range []struct {
		key                string
		value, least, most int
	}{
		{"in_channels", c.InChannels, 1, widest},
		{"num_classes", c.NumClasses, 2, widest},
		{"sample_size", c.SampleSize, 0, widest},
	} {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("the config's %s is %d, expected %d to %d", n.key, n.value, n.least, n.most)
		}
	}
	for i, width := range c.Widths {
		if width < groups || width > widest || width%groups != 0 {
			return fmt.Errorf("the config's widths[%d] is %d, expected a multiple of %d up to %d", i, width, groups, widest)
		}
	}
	if c.SampleSize%c.Multiple() != 0 {
		return fmt.Errorf("the config's sample_size is %d, expected a multiple of %d: every stage halves the picture", c.SampleSize, c.Multiple())
	}
	return nil
}

// Multiple is what height and width must be multiples of: every stage halves them.
func (c Config) Multiple() int { return 1 << (len(c.Widths) - 1) }

// embedDim is the width of the time embedding.
func (c Config) embedDim() int { return 4 * c.Widths[0] }
