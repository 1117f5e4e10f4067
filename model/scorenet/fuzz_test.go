package scorenet_test

import (
	"testing"

	"unnoise/model/scorenet"
	"unnoise/model/scorenet/scorenettest"
	"unnoise/model/weights"
)

// FuzzBuild: whatever a file has for a config, Build answers with a graph or with an
// error. Configs come from files of strangers.
func FuzzBuild(f *testing.F) {
	scorenettest.Goldens.Seed(f)
	f.Fuzz(func(t *testing.T, config []byte) {
		if _, err := scorenet.ParseConfig(config); err != nil {
			return
		}
		if _, err := scorenet.Build(weights.NewSet(config), 1, 20, 20); err == nil {
			t.Errorf("built without weights: %s", config)
		}
	})
}
