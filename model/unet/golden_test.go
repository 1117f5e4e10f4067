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

// TestTrainingEqualsTorch trains a whole network as PyTorch does. A step of Adam is the
// sign of a gradient in the beginning, so that what is nearly zero moves by chance: 1e-4.
func TestTrainingEqualsTorch(t *testing.T) { unettest.RunTraining(t, "fashion", cpu.Compile, 1e-4) }
