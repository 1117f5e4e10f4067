package optest

import (
	"testing"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// F16Slack makes Tolerance, forty roundings to float32, ten to f16: 1e-2. Rounding
// once costs 2e-4 on average; a chain of a few operations stores ten values on the
// way to one result.
const F16Slack = 10.0 / 40 * (1 << 13)

// RunF16 runs the table through an executor that computes in float32 and
// stores f16. It is given inputs that are f16 already, so that it is judged by what
// it does and not by what it was given: a norm must find the deviation of such
// values as exactly as of others.
func (tb *Table) RunF16(t *testing.T, compile Compile) {
	t.Helper()
	tb.each(t, compile, true)
}

// roundToF16 rounds an input to f16, what is beyond its range to its largest number,
// unless it is one of times or labels, [N], which
// no executor may round.
func roundToF16(shape tensor.Shape, values []float32) {
	if len(shape) < 2 {
		return
	}
	for i, v := range values {
		values[i] = weights.Float16ToFloat32(weights.Float32ToFloat16(min(max(v, -65504), 65504)))
	}
}
