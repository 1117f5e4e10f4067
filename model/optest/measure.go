package optest

import (
	"fmt"
	"math"
	"strings"
	"time"

	"unnoise/model/graph"
	"unnoise/model/tensor"
)

// Measured is how far an executor's results of a case are from the formulas.
type Measured struct {
	Error float64       // the largest ‖a−b‖/‖b‖ of its outputs; +Inf where a value is not finite
	Limit float64       // the largest that is right
	Took  time.Duration // one run
}

// Family is the first part of the case's name: what it is about.
func (c Case) Family() string {
	family, _, _ := strings.Cut(c.Name, "/")
	return family
}

// Measure runs a case once. half says that the executor stores f16: it is judged as
// by RunF16. The error says what is wrong with the result, if anything; Measured
// holds as far as it was got.
func (c Case) Measure(compile Compile, half bool) (Measured, error) {
	m := Measured{Limit: c.tolerance()}
	g, inputs, err := c.Build()
	if err != nil {
		return m, err
	}
	if half {
		m.Limit *= F16Slack
		for i, port := range g.Inputs {
			roundToF16(g.Shape(port.Value), inputs[i])
		}
	}
	program, err := compile(g)
	if err != nil {
		return m, fmt.Errorf("compile: %w", err)
	}
	defer program.Close()
	began := time.Now()
	outputs, err := runFenced(g, program, inputs)
	m.Took = time.Since(began)
	if err != nil {
		return m, err
	}
	for i, want := range Reference(g, inputs) {
		m.Error = max(m.Error, relativeError(outputs[i], want))
		if err == nil {
			err = describe(g.Outputs[i], g.Shape(g.Outputs[i].Value), compare(outputs[i], want, m.Limit))
		}
	}
	return m, err
}

func describe(port graph.Port, shape tensor.Shape, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("output %q %v: %w", port.Name, shape, err)
}

// relativeError is ‖got−want‖/‖want‖.
func relativeError(got []float32, want []float64) float64 {
	difference, norm := 0.0, 0.0
	for i, w := range want {
		d := float64(got[i]) - w
		difference += d * d
		norm += w * w
	}
	switch e := math.Sqrt(difference / norm); {
	case difference == 0: // norm may be 0 too
		return 0
	case math.IsNaN(e):
		return math.Inf(1)
	default:
		return e
	}
}
