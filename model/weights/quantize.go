package weights

import (
	"fmt"
	"math"
	"strings"

	"unnoise/model/tensor"
)

// Decision says how Quantize stored a tensor, and why where not as asked.
type Decision struct {
	Name      string
	Shape     tensor.Shape
	Type      Type
	Reason    string // empty where the type is the one asked for
	SizeBytes int
}

// The sensitive ends of a network: what every value of a picture passes first or
// last, and what tells the whole network its timestep and class. They are small.
var keptF16 = map[string]string{
	"conv_in":         "first convolution",
	"conv_out":        "last convolution",
	"init_conv":       "first convolution", // The Annotated Diffusion Model's names
	"final_conv":      "last convolutions",
	"begin_conv":      "first convolution", // NCSN's names
	"end_conv":        "last convolution",
	"embed":           "normalisation of a noise level",
	"time_mlp":        "time embedding",
	"time_embedding":  "time embedding",
	"class_embedding": "class embedding",
}

// StoredType returns the type in which a tensor of that diffusers name and
// PyTorch shape is stored in a model of type want, and the reason where it is
// another one:
//
//   - norms and biases (vectors) stay F32, they are few;
//   - the first and last convolution, the time and the class embedding, and NCSN's
//     norms of each noise level stay F16: they are a small part of the size, and every
//     value or block of the network depends on them;
//   - rows that blocks of 32 do not divide stay F16.
//
// A model of type F32 is F32 throughout.
func StoredType(name string, shape tensor.Shape, want Type) (Type, string) {
	return storedType(name, shape, want, false)
}

// storedType is StoredType; with join, blocks may run across the ends of rows.
func storedType(name string, shape tensor.Shape, want Type, join bool) (Type, string) {
	if want == F32 {
		return F32, ""
	}
	if len(shape) < 2 {
		return F32, "norm or bias"
	}
	if want == F16 {
		return F16, ""
	}
	for part := range strings.SplitSeq(name, ".") {
		if reason, kept := keptF16[part]; kept {
			return F16, reason
		}
	}
	if cols := (&Tensor{Shape: shape}).Cols(); cols%BlockElems != 0 && (!join || shape.Elems()%BlockElems != 0) {
		return F16, fmt.Sprintf("rows of %d values, not a multiple of %d", cols, BlockElems)
	}
	return want, ""
}

// ReasonJoined is the reason of a tensor of the type asked for whose rows are joined.
const ReasonJoined = "blocks across the ends of rows"

// QuantizeSet returns a copy of s in which each tensor is stored as StoredType
// says for a model of type want, and what it decided, in the order of s.Names().
// A tensor whose values exceed what an f16 can hold as value or scale stays F32.
// It returns an error that names the first tensor with a NaN or infinite value.
func QuantizeSet(s *Set, want Type) (*Set, []Decision, error) { return quantizeSet(s, want, false) }

// QuantizeSetJoined is QuantizeSet with blocks that run across the ends of rows where
// 32 does not divide them (Tensor.Joined). A network of odd widths is nearly half as
// large so; executors expand such a tensor when they load it.
func QuantizeSetJoined(s *Set, want Type) (*Set, []Decision, error) {
	return quantizeSet(s, want, true)
}

func quantizeSet(s *Set, want Type, join bool) (*Set, []Decision, error) {
	out := NewSet(s.Config)
	out.Scheduler = s.Scheduler
	for k, v := range s.Meta {
		out.Meta[k] = v
	}
	decisions := make([]Decision, 0, s.Len())
	for _, name := range s.Names() {
		from := s.Lookup(name)
		values := from.Float32()
		largest, err := largestMagnitude(values)
		if err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w", name, err)
		}
		stored, reason := storedType(name, from.Shape, want, join)
		if largest > largestStored(stored) {
			stored, reason = F32, fmt.Sprintf("values up to %.3g, beyond %v", largest, stored)
		}
		to := &Tensor{Name: name, Type: stored, Shape: from.Shape, Data: from.Data}
		if stored != from.Type {
			cols := to.Cols()
			if to.Joined() {
				cols = len(values)
				reason = ReasonJoined
			}
			if to.Data, err = Quantize(values, cols, stored); err != nil {
				return nil, nil, fmt.Errorf("tensor %q: %w", name, err)
			}
		}
		if err := out.Add(to); err != nil {
			return nil, nil, err
		}
		decisions = append(decisions, Decision{name, to.Shape, stored, reason, len(to.Data)})
	}
	return out, decisions, nil
}

// largestStored is the largest magnitude a type holds: f16 ends at 65504, and a
// block's scale is an f16.
func largestStored(t Type) float32 {
	const largestF16 = 65504
	switch t {
	case F16:
		return largestF16
	case Q8_0:
		return largestF16 * 127
	case Q4_0:
		return largestF16 * 8
	}
	return math.MaxFloat32
}

func largestMagnitude(values []float32) (float32, error) {
	var largest float32
	for i, v := range values {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return 0, fmt.Errorf("value %d is %v, weights must be finite", i, v)
		}
		largest = max(largest, abs(v))
	}
	return largest, nil
}
