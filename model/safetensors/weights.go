package safetensors

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"unnoise/model/weights"
)

// Weights makes a set of weights of a checkpoint and its config.json. F32 and F16
// stay as they are, BF16 becomes F32. Attention layers of checkpoints from before
// diffusers 0.13 get their present names. It returns an error that names the tensor
// that is of another type, has no values, or whose name appears twice then.
func (f *File) Weights(config json.RawMessage) (*weights.Set, error) {
	set := weights.NewSet(config)
	for i := range f.Tensors {
		t, err := f.Tensors[i].weight()
		if err != nil {
			return nil, fmt.Errorf("safetensors: %w", err)
		}
		if err := set.Add(t); err != nil {
			return nil, fmt.Errorf("safetensors: %w", err)
		}
	}
	return set, nil
}

func (t *Tensor) weight() (*weights.Tensor, error) {
	name := presentName(t.Name)
	stored := weights.F32
	switch t.DType {
	case F16:
		stored = weights.F16
	case F32, BF16:
	default:
		return nil, fmt.Errorf("tensor %q is %s, expected F32, F16 or BF16 for weights", t.Name, t.DType)
	}
	if t.DType != BF16 && len(t.Shape) != 4 {
		return &weights.Tensor{Name: name, Type: stored, Shape: t.Shape, Data: t.Data}, nil
	}
	values, err := t.Float32s()
	if err != nil {
		return nil, err
	}
	return weights.FromTorch(name, stored, t.Shape, values)
}

// The names of an attention layer's matrices before diffusers 0.13 and since
// (Attention in diffusers.models.attention_processor).
var attentionNames = map[string][]string{
	"query":     {"to_q"},
	"key":       {"to_k"},
	"value":     {"to_v"},
	"proj_attn": {"to_out", "0"},
}

// presentName renames what stands below an "attentions" in a tensor's name.
func presentName(name string) string {
	parts := strings.Split(name, ".")
	from := slices.Index(parts, "attentions")
	if from < 0 {
		return name
	}
	for i, part := range parts[from:] {
		if present, old := attentionNames[part]; old {
			return strings.Join(slices.Replace(parts, from+i, from+i+1, present...), ".")
		}
	}
	return name
}

// FromWeights expands a set of weights to F32 tensors in PyTorch's order, as
// diffusers reads them.
func FromWeights(set *weights.Set) *File {
	f := &File{Metadata: map[string]string{"format": "pt"}}
	for _, name := range set.Names() {
		t := set.Lookup(name)
		f.Tensors = append(f.Tensors, FromFloat32(name, t.Shape, t.Torch()))
	}
	return f
}
