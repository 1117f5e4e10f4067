package cpu_test

import (
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/optest"
)

func TestOps(t *testing.T) { optest.Run(t, cpu.Compile) }

func TestStates(t *testing.T) { optest.RunStates(t, cpu.Compile) }

func TestTraining(t *testing.T) { optest.RunTraining(t, cpu.Compile) }

func TestAttentionGoldens(t *testing.T) { optest.RunAttentionGoldens(t, cpu.Compile) }
