package optest

import (
	"encoding/json"
	"testing"

	"unnoise/model/graph"
)

func TestAttentionGoldens(t *testing.T) { RunAttentionGoldens(t, executor(evaluate, nil)) }

// TestAttentionGoldensNoticeTheOrder takes the legacy order for the new one, and
// leaves out the scale.
func TestAttentionGoldensNoticeTheOrder(t *testing.T) {
	var golden struct{ Cases map[string]goldenFunction }
	if err := json.Unmarshal(attentionGoldens, &golden); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]func(op graph.Op) graph.Op{
		"order": func(op graph.Op) graph.Op {
			if split, ok := op.(graph.Split); ok {
				split.Heads = 1
				return split
			}
			return op
		},
		"scale": func(op graph.Op) graph.Op {
			if attention, ok := op.(graph.Attention); ok {
				attention.Scale = 1
				return attention
			}
			return op
		},
	} {
		compile := executor(func(op graph.Op, out array, in []array) { evaluate(wrong(op), out, in) }, nil)
		if err := golden.Cases["legacy"].check("legacy", compile); err == nil {
			t.Errorf("a wrong %s passes", name)
		}
	}
}
