package scorenet

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ClassName is the _class_name of the configs that this package reads.
const ClassName = "ScoreNet"

// levels is how many sizes the network sees a picture in.
const levels = 4

// Config is the arguments of the tutorial's network, and the side of its pictures.
type Config struct {
	Class      string `json:"_class_name"`
	SampleSize int    `json:"sample_size"` // height and width; 0 where any of Fits will do
	InChannels int    `json:"in_channels"` // of a picture
	Channels   []int  `json:"channels"`    // width of each level, (32, 64, 128, 256)
	EmbedDim   int    `json:"embed_dim"`   // of the time, 256: half sines, half cosines
}

// ParseConfig reads a config. The error names the key and its value.
func ParseConfig(text []byte) (Config, error) {
	c := Config{SampleSize: 28, InChannels: 1, Channels: []int{32, 64, 128, 256}, EmbedDim: 256} // the tutorial's
	var keys map[string]json.RawMessage
	if json.Unmarshal(text, &keys) == nil && keys["channels"] != nil {
		c.Channels = nil // a shorter list must not keep the rest
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("the model's config cannot be read: %w", err)
	}
	return c, c.check()
}

func (c Config) check() error {
	const widest = 1 << 12
	if c.Class != ClassName {
		return fmt.Errorf("the config's _class_name is %q, expected %q", c.Class, ClassName)
	}
	if n := len(c.Channels); n != levels {
		return fmt.Errorf("the config's channels has %d entries, expected %d", n, levels)
	}
	type number struct {
		key                string
		value, least, most int
	}
	numbers := []number{
		{"in_channels", c.InChannels, 1, widest},
		{"embed_dim", c.EmbedDim, 2, widest},
		{"sample_size", c.SampleSize, 0, widest},
	}
	for i, width := range c.Channels {
		numbers = append(numbers, number{fmt.Sprintf("channels[%d]", i), width, 1, widest})
	}
	for _, n := range numbers {
		if n.value < n.least || n.value > n.most {
			return fmt.Errorf("the config's %s is %d, expected %d to %d", n.key, n.value, n.least, n.most)
		}
	}
	if c.EmbedDim%2 != 0 {
		return fmt.Errorf("the config's embed_dim is %d, expected an even number: half of it are sines", c.EmbedDim)
	}
	if c.Channels[0]%firstGroups != 0 {
		return fmt.Errorf("the config's channels[0] is %d, expected a multiple of %d, the groups of its norm", c.Channels[0], firstGroups)
	}
	for i, width := range c.Channels {
		if width%groups(width) != 0 {
			return fmt.Errorf("the config's channels[%d] is %d, expected a multiple of %d, the groups of its norm", i, width, groups(width))
		}
	}
	if c.SampleSize != 0 && !Fits(c.SampleSize) {
		return fmt.Errorf("the config's sample_size is %d, expected %s", c.SampleSize, sides)
	}
	return nil
}

// sides says in words what Fits asks for.
const sides = "20, 28, 36 or another such number, 8 further on: convolutions without padding must find their way back"

// Fits reports whether pictures of that height or width come out as large as they went in.
func Fits(side int) bool { return side >= 20 && side%8 == 4 }
