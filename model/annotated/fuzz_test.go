package annotated_test

import (
	"testing"

	"unnoise/model/annotated"
	"unnoise/model/annotated/annotatedtest"
	"unnoise/model/weights"
)

// FuzzBuild: whatever a file has for a config, Build answers with a graph or with an
// error. Configs come from files of strangers.
func FuzzBuild(f *testing.F) {
	annotatedtest.Goldens.Seed(f)
	f.Fuzz(func(t *testing.T, config []byte) {
		c, err := annotated.ParseConfig(config)
		if err != nil {
			return
		}
		if _, err := annotated.Build(weights.NewSet(config), 1, c.Multiple(), c.Multiple()); err == nil {
			t.Errorf("built without weights: %s", config)
		}
	})
}
