package exhibit

import (
	"context"
	"errors"
	"strings"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/weights"
)

// site has a list of models and weights without tensors.
type site struct{ list string }

func (s site) Weights(context.Context, string) (*weights.Set, error) { return weights.NewSet(nil), nil }
func (s site) File(context.Context, string) ([]byte, error)          { return []byte(s.list), nil }
func (s site) Compile(context.Context, *graph.Graph) (graph.Program, error) {
	return nil, errors.New("nothing is compiled here")
}
func (s site) Orders() <-chan Order { return nil }

// A run tells of the networks that it asks for, from then on, and of no others.
func TestTellTraining(t *testing.T) {
	model := func(id, note, use string) string {
		return `{"id":"` + id + `","name":"Net ` + id + `","file":"` + id + `.gguf","size":1,"sha256":"` + strings.Repeat("0", 64) + `","licence":"MIT",
			"data":{"name":"d","source":"s","licence":"MIT"},"classes":[],"metrics":[{"name":"test loss","value":1,"note":"` + note + `"}],"training":"t","use":"` + use + `"}`
	}
	list := `{"models":[` + strings.Join([]string{model("a", "loss after 1,234,567 training pictures; more", ""), model("b", "after 12 training pictures", "exhibit"),
		model("c", "not said", "exhibit"), model("d", "after 5 training pictures", "exhibit")}, ",") + `]}`
	env := NewEnv(site{list})
	run := TellTraining(func(ctx context.Context, env *Env, _ State, emit func(Frame)) error {
		emit(Frame{Readouts: []Readout{{ID: "own"}}})
		for k, id := range []string{"a", "a", "c", "b"} {
			if _, err := env.Weights(ctx, id); err != nil {
				return err
			}
			emit(Frame{Index: k + 1, Readouts: []Readout{{ID: "own"}}})
		}
		emit(Frame{Index: 5}) // as before
		return nil
	})
	for range 2 { // the second time everything is loaded
		var got []string
		err := run(t.Context(), env, State{}, func(f Frame) {
			line := ""
			for _, r := range f.Readouts {
				line += " " + r.ID
				if r.ID == "trained-a" && r.Value != 1234567 || r.ID == "trained-b" && r.Value != 12 {
					t.Errorf("%s is %g", r.Name, r.Value)
				}
			}
			got = append(got, line)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := " own| own trained-a| own trained-a| own trained-a| own trained-a trained-b|"
		if strings.Join(got, "|") != want {
			t.Errorf("readouts%s, expected%s", strings.Join(got, "|"), want)
		}
	}
	if err := run(t.Context(), NewEnv(site{`{}`}), State{}, func(Frame) {}); err == nil || !strings.Contains(err.Error(), "models/index.json") {
		t.Errorf("a site without a list of models: %v", err)
	}
}
