package exhibittest

import (
	"context"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/weights"
)

// Loaded runs an exhibit to its end and returns the ids of the models that it has loaded,
// in the order in which it first asked for them.
func Loaded(t testing.TB, e *exhibit.Exhibit, values map[string]string) []string {
	t.Helper()
	state, err := exhibit.NewState(e, values)
	if err != nil {
		t.Fatal(err)
	}
	loads := &loads{host: host{root(t)}}
	env := exhibit.NewEnv(loads)
	defer env.Close()
	if err := e.Run(t.Context(), env, state, func(exhibit.Frame) {}); err != nil {
		t.Fatal(err)
	}
	return loads.models
}

// loads is a host that notes which weights are read.
type loads struct {
	host
	models []string
}

func (l *loads) Weights(ctx context.Context, model string) (*weights.Set, error) {
	l.models = append(l.models, model)
	return l.host.Weights(ctx, model)
}
