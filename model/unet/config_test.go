package unet_test

import (
	_ "embed"
	"encoding/json"
	"strings"
	"testing"

	"unnoise/model/unet"
)

// TestDefaults: an empty config is UNet2DModel().
func TestDefaults(t *testing.T) {
	c, err := unet.ParseConfig([]byte(`{"_class_name": "UNet2DModel", "_diffusers_version": "0.42.1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.BlockOutChannels) != 4 || c.BlockOutChannels[3] != 896 || *c.AttentionHeadDim != 8 ||
		*c.NormNumGroups != 32 || !c.FlipSinToCos || c.FreqShift != 0 || c.NormEps != 1e-5 ||
		c.DownsamplePadding != 1 || c.ClassEmbedding() || !c.AddAttention {
		t.Errorf("not diffusers' defaults: %+v", c)
	}
}

// writtenConfig is what diffusers 0.42.1 wrote for a small UNet2DModel
// (save_config), every key in it.
//
//go:embed testdata/config.json
var writtenConfig []byte

func TestEveryDiffusersKeyIsKnown(t *testing.T) {
	c, err := unet.ParseConfig(writtenConfig)
	if err != nil {
		t.Fatal(err)
	}
	if c.SampleSize != (unet.Size{Height: 32, Width: 48}) || c.AttentionHeadDim != nil {
		t.Errorf("read %+v", c)
	}
	again, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := unet.ParseConfig(again); err != nil || second.SampleSize != c.SampleSize {
		t.Errorf("what was marshalled is not read back: %v", err)
	}
}

func TestSampleSize(t *testing.T) {
	for text, want := range map[string]unet.Size{
		"null": {}, "28": {Height: 28, Width: 28}, "[24, 40]": {Height: 24, Width: 40},
	} {
		c, err := unet.ParseConfig([]byte(`{"sample_size": ` + text + `}`))
		if err != nil || c.SampleSize != want {
			t.Errorf("%s: %v, %v", text, c.SampleSize, err)
		}
	}
}

// TestRefusals: each sentence names the key and its value.
func TestRefusals(t *testing.T) {
	for config, wants := range map[string][]string{
		`[]`: {"not a JSON object"},
		`{"_class_name": "UNet2DConditionModel"}`:       {"_class_name", "UNet2DConditionModel"},
		`{"time_embedding_type": "fourier"}`:            {"time_embedding_type", `"fourier"`, `"positional"`},
		`{"time_embedding_type": "learned"}`:            {"num_train_timesteps", "null"},
		`{"downsample_type": "resnet"}`:                 {"downsample_type", `"resnet"`},
		`{"upsample_type": "resnet"}`:                   {"upsample_type", `"resnet"`},
		`{"act_fn": "mish"}`:                            {"act_fn", `"mish"`, `"silu"`},
		`{"resnet_time_scale_shift": "spatial"}`:        {"resnet_time_scale_shift", `"spatial"`},
		`{"mid_block_type": "UNetMidBlock2DCrossAttn"}`: {"mid_block_type", `"UNetMidBlock2DCrossAttn"`},
		`{"class_embed_type": "projection"}`:            {"class_embed_type", `"projection"`},
		`{"norm_num_groups": null}`:                     {"norm_num_groups", "null"},
		`{"norm_eps": null}`:                            {"norm_eps", "null"},
		`{"norm_eps": "small"}`:                         {"norm_eps", `"small"`, "a number"},
		`{"norm_eps": -1}`:                              {"norm_eps", "-1"},
		`{"mid_block_scale_factor": 0}`:                 {"mid_block_scale_factor", "0"},
		`{"layers_per_block": 1.5}`:                     {"layers_per_block", "1.5", "a whole number"},
		`{"layers_per_block": 0}`:                       {"layers_per_block", "0"},
		`{"layers_per_block": 100000}`:                  {"layers_per_block", "100000"},
		`{"in_channels": 0}`:                            {"in_channels", "0"},
		`{"downsample_padding": 3}`:                     {"downsample_padding", "3"},
		`{"sample_size": [1, 2, 3]}`:                    {"sample_size", "[1, 2, 3]", "[height, width]"},
		`{"block_out_channels": []}`:                    {"block_out_channels", "0 entries"},
		`{"block_out_channels": [32, 64]}`:              {"down_block_types", "4 entries", "block_out_channels has 2"},
		`{"block_out_channels": [32, 64, 128, 0]}`:      {"block_out_channels[3]", "0"},
		`{"block_out_channels": 32}`:                    {"block_out_channels", "32", "a list"},
		`{"attention_head_dim": 897}`:                   {"attention_head_dim", "897", "448 channels"},
		`{"attention_head_dim": 0}`:                     {"attention_head_dim", "0"},
		`{"cross_attention_dim": 768}`:                  {"cross_attention_dim", "768"},
		`{"down_block_types": ["DownBlock2D", "SkipDownBlock2D", "DownBlock2D", "DownBlock2D"]}`: {
			"down_block_types[1]", `"SkipDownBlock2D"`, `"AttnDownBlock2D"`},
		`{"up_block_types": ["UpBlock2D", "UpBlock2D", "UpBlock2D", "AttnSkipUpBlock2D"]}`: {
			"up_block_types[3]", `"AttnSkipUpBlock2D"`},
	} {
		_, err := unet.ParseConfig([]byte(config))
		if err == nil {
			t.Errorf("%s: no error", config)
			continue
		}
		for _, want := range wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %s", config, err, want)
			}
		}
	}
}

func TestLongValuesAreCutShort(t *testing.T) {
	_, err := unet.ParseConfig([]byte(`{"nonsense": "` + strings.Repeat("x", 1e5) + `"}`))
	if err == nil || len(err.Error()) > 300 {
		t.Errorf("an error of %d bytes", len(err.Error()))
	}
}
