package unet_test

import (
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/unet/unettest"
)

// TestEqualsDiffusers compares whole networks with diffusers in float64.
func TestEqualsDiffusers(t *testing.T) { unettest.Run(t, cpu.Compile, 1e-5) }
