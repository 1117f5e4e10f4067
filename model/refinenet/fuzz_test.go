package refinenet_test

import (
	"testing"

	"unnoise/model/refinenet"
	"unnoise/model/refinenet/refinenettest"
	"unnoise/model/weights"
)

// FuzzBuild: whatever a file has for a config, Build answers with a graph or with an
// error. Configs come from files of strangers.
func FuzzBuild(f *testing.F) {
	refinenettest.Goldens.Seed(f)
	f.Fuzz(func(t *testing.T, config []byte) {
		if _, err := refinenet.ParseConfig(config); err != nil {
			return
		}
		if _, err := refinenet.Build(weights.NewSet(config), 1, 2, 2); err == nil {
			t.Errorf("built without weights: %s", config)
		}
	})
}
