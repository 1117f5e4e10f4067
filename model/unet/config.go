package unet

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Config is a UNet2DModel's config.json. Field comments give what the JSON key
// does not say; defaults are diffusers'.
type Config struct {
	SampleSize           Size     `json:"sample_size"` // [H, W]; 0 where the config has none
	InChannels           int      `json:"in_channels"`
	OutChannels          int      `json:"out_channels"`
	CenterInputSample    bool     `json:"center_input_sample"` // x becomes 2x−1
	TimeEmbeddingType    string   `json:"time_embedding_type"` // "positional" or "learned"
	TimeEmbeddingDim     *int     `json:"time_embedding_dim"`  // null: 4·block_out_channels[0]
	FreqShift            float64  `json:"freq_shift"`
	FlipSinToCos         bool     `json:"flip_sin_to_cos"`
	DownBlockTypes       []string `json:"down_block_types"`
	MidBlockType         *string  `json:"mid_block_type"` // null: no middle
	UpBlockTypes         []string `json:"up_block_types"`
	BlockOutChannels     []int    `json:"block_out_channels"`
	LayersPerBlock       int      `json:"layers_per_block"`
	MidBlockScaleFactor  float64  `json:"mid_block_scale_factor"` // divides each residual sum of the middle
	DownsamplePadding    int      `json:"downsample_padding"`     // 0 pads right and bottom by 1
	DownsampleType       string   `json:"downsample_type"`
	UpsampleType         string   `json:"upsample_type"`
	Dropout              float64  `json:"dropout"` // training only
	ActFn                string   `json:"act_fn"`
	AttentionHeadDim     *int     `json:"attention_head_dim"` // channels of a head; null: all of them
	NormNumGroups        *int     `json:"norm_num_groups"`
	AttnNormNumGroups    *int     `json:"attn_norm_num_groups"` // of the middle's attention
	NormEps              float64  `json:"norm_eps"`
	ResnetTimeScaleShift string   `json:"resnet_time_scale_shift"`
	AddAttention         bool     `json:"add_attention"` // in the middle
	ClassEmbedType       *string  `json:"class_embed_type"`
	NumClassEmbeds       *int     `json:"num_class_embeds"`
	NumTrainTimesteps    *int     `json:"num_train_timesteps"` // rows of a learned time embedding
}

// Size is a picture's height and width.
type Size struct{ Height, Width int }

// UnmarshalJSON reads 32, [32, 48] or null.
func (s *Size) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*s = Size{}
		return nil
	}
	var one int
	if json.Unmarshal(text, &one) == nil {
		*s = Size{one, one}
		return nil
	}
	var both []int
	if err := json.Unmarshal(text, &both); err != nil || len(both) != 2 {
		return errors.New("neither one number nor two")
	}
	*s = Size{both[0], both[1]}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (s Size) MarshalJSON() ([]byte, error) {
	switch {
	case s == Size{}:
		return []byte("null"), nil
	case s.Height == s.Width:
		return json.Marshal(s.Height)
	}
	return json.Marshal([]int{s.Height, s.Width})
}

// defaults are those of UNet2DModel.__init__ (diffusers 0.42).
func defaults() Config {
	return Config{
		InChannels: 3, OutChannels: 3,
		TimeEmbeddingType:   "positional",
		FlipSinToCos:        true,
		DownBlockTypes:      []string{"DownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D", "AttnDownBlock2D"},
		MidBlockType:        pointer("UNetMidBlock2D"),
		UpBlockTypes:        []string{"AttnUpBlock2D", "AttnUpBlock2D", "AttnUpBlock2D", "UpBlock2D"},
		BlockOutChannels:    []int{224, 448, 672, 896},
		LayersPerBlock:      2,
		MidBlockScaleFactor: 1,
		DownsamplePadding:   1,
		DownsampleType:      "conv", UpsampleType: "conv",
		ActFn:                "silu",
		AttentionHeadDim:     pointer(8),
		NormNumGroups:        pointer(32),
		NormEps:              1e-5,
		ResnetTimeScaleShift: "default",
		AddAttention:         true,
	}
}

func pointer[T any](v T) *T { return &v }

// ParseConfig reads a config.json. Keys that begin with an underscore are notes of
// diffusers and are passed over, but _class_name must be UNet2DModel where it
// stands. The error names the key and its value.
func ParseConfig(text []byte) (Config, error) {
	c := defaults()
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return c, fmt.Errorf("the model's config is not a JSON object: %w", err)
	}
	if class, ok := keys["_class_name"]; ok && string(class) != `"UNet2DModel"` {
		return c, fmt.Errorf("the config's _class_name is %s; only \"UNet2DModel\" is supported here", excerpt(class))
	}
	maps.DeleteFunc(keys, func(key string, _ json.RawMessage) bool { return strings.HasPrefix(key, "_") })
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if err := c.set(key, keys[key]); err != nil {
			return c, err
		}
	}
	// UNetRes… are old names of the same blocks.
	for _, types := range [][]string{c.DownBlockTypes, c.UpBlockTypes} {
		for i := range types {
			types[i] = strings.TrimPrefix(types[i], "UNetRes")
		}
	}
	return c, c.check()
}

// set reads the value of one key into its field.
func (c *Config) set(key string, value json.RawMessage) error {
	fields := reflect.ValueOf(c).Elem()
	for i := range fields.NumField() {
		if fields.Type().Field(i).Tag.Get("json") != key {
			continue
		}
		field := fields.Field(i)
		fresh := reflect.New(field.Type()) // a list must not keep a default's entries
		if string(value) == "null" && field.Kind() != reflect.Pointer && key != "sample_size" {
			return fmt.Errorf("the config's %s is null; a value is needed", key)
		}
		if err := json.Unmarshal(value, fresh.Interface()); err != nil {
			return fmt.Errorf("the config's %s is %s, expected %s", key, excerpt(value), expected(field.Type()))
		}
		field.Set(fresh.Elem())
		return nil
	}
	return fmt.Errorf("the config has the key %s (%s), which is not a key of UNet2DModel", key, excerpt(value))
}

// expected says what JSON a field is read from.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return expected(t.Elem()) + " or null"
	case reflect.Slice:
		return "a list, each entry " + expected(t.Elem())
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Struct: // Size
		return "a whole number, [height, width] or null"
	}
	return "a string"
}

// excerpt shortens a value so that an error stays readable.
func excerpt(value json.RawMessage) string {
	const most = 60
	if len(value) <= most {
		return string(value)
	}
	return string(value[:most]) + "…"
}

// ClassEmbedding reports whether the network takes class_labels.
func (c Config) ClassEmbedding() bool { return c.ClassEmbedType != nil || c.NumClassEmbeds != nil }

// Multiple is what height and width must be multiples of: every block but the last
// halves them.
func (c Config) Multiple() int { return 1 << (len(c.BlockOutChannels) - 1) }

// embeddingDim is the width of the time embedding.
func (c Config) embeddingDim() int {
	if c.TimeEmbeddingDim != nil {
		return *c.TimeEmbeddingDim
	}
	return 4 * c.BlockOutChannels[0]
}

// headDim is the number of channels of a head of attention over so many channels.
func (c Config) headDim(channels int) int {
	if c.AttentionHeadDim != nil {
		return *c.AttentionHeadDim
	}
	return channels
}

// scaleShift reports whether time scales and shifts the second norm of a resnet.
func (c Config) scaleShift() bool { return c.ResnetTimeScaleShift == "scale_shift" }
