package refinenet

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The _class_name of the configs that this package reads.
const (
	NCSN   = "NCSN"   // told the level
	NCSNv2 = "NCSNv2" // not told
)

// Config is the sizes of a network.
type Config struct {
	Class      string `json:"_class_name"`
	SampleSize int    `json:"sample_size"` // height and width; 0 where any even one will do
	InChannels int    `json:"in_channels"` // of a picture
	Width      int    `json:"ngf"`         // channels at full size; twice as many at half
	Levels     int    `json:"num_classes"` // noise levels
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
	if c.Class != NCSN && c.Class != NCSNv2 {
		return fmt.Errorf("the config's _class_name is %q, expected %q or %q", c.Class, NCSN, NCSNv2)
	}
	const widest = 1 << 12
	for _, n := range []struct {
		key                string
		value, least, most int
	}{
		{"sample_size", c.SampleSize, 0, widest},
		{"in_channels", c.InChannels, 1, widest},
		{"ngf", c.Width, 2, widest}, // one channel's mean has no variance
		{"num_classes", c.Levels, 1, 1 << 16},
	} {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("the config's %s is %d, expected %d to %d", n.key, n.value, n.least, n.most)
		}
	}
	if c.SampleSize%2 != 0 {
		return fmt.Errorf("the config's sample_size is %d, expected an even number: the network halves pictures", c.SampleSize)
	}
	return nil
}

// Conditional says that the network is told the level and answers with the score itself.
func (c Config) Conditional() bool { return c.Class == NCSN }
