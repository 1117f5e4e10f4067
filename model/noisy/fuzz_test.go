package noisy_test

import (
	"testing"

	"unnoise/model/noisy"
	"unnoise/model/noisy/noisytest"
	"unnoise/model/weights"
)

// FuzzBuild: whatever a file has for a config, Build answers with a graph or with an
// error. Configs come from files of strangers.
func FuzzBuild(f *testing.F) {
	noisytest.Goldens.Seed(f)
	f.Fuzz(func(t *testing.T, config []byte) {
		c, err := noisy.ParseConfig(config)
		if err != nil {
			return
		}
		if _, err := noisy.Build(weights.NewSet(config), 1, c.Multiple(), c.Multiple()); err == nil {
			t.Errorf("built without weights: %s", config)
		}
	})
}
