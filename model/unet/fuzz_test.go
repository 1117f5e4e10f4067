package unet_test

import (
	"testing"

	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// FuzzBuild: whatever a file has for a config, Build answers with a graph or with
// an error. Configs come from files of strangers.
func FuzzBuild(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"block_out_channels": [4], "down_block_types": ["DownBlock2D"], "up_block_types": ["UpBlock2D"]}`))
	f.Add(writtenConfig)
	for _, name := range unettest.Names() {
		golden, err := unettest.Load(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(golden.Config))
	}
	f.Fuzz(func(t *testing.T, config []byte) {
		c, err := unet.ParseConfig(config)
		if err != nil {
			return
		}
		if _, err := unet.BuildConfig(c, weights.NewSet(config), 1, c.Multiple(), c.Multiple()); err == nil {
			t.Errorf("built without weights: %s", config)
		}
	})
}
