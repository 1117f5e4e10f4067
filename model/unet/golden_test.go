package unet_test

import (
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// TestEqualsDiffusers compares whole networks with diffusers in float64.
func TestEqualsDiffusers(t *testing.T) { unettest.Run(t, cpu.Compile, 1e-5) }

// TestGradientEqualsAutograd compares the gradients of a whole network with PyTorch's
// in float64.
func TestGradientEqualsAutograd(t *testing.T) { unettest.RunGradient(t, "fashion", cpu.Compile, 1e-5) }

// TestGradientOfQuantized differentiates a network without expanding its stored weights.
func TestGradientOfQuantized(t *testing.T) {
	unettest.RunQuantizedGradient(t, "fashion", weights.Q8_0, cpu.Compile, 1e-6)
}
