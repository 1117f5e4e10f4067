package langevin

import (
	"encoding/json"
	"fmt"
)

// SchedulerName is the _class_name of a model's scheduler that this package reads.
const SchedulerName = "AnnealedLangevinScheduler"

// Scheduler is what a model's file says of its noise levels and of how it is sampled
// from.
type Scheduler struct {
	ClassName   string    `json:"_class_name"`
	Sigmas      []float64 `json:"sigmas"`
	PerLevel    int       `json:"per_level"`
	Step        float64   `json:"step"`
	Conditional bool      `json:"conditional"` // the network is told the level; else its answer is divided by σ
}

// ReadScheduler reads a model's scheduler. The error names the key that is wrong.
func ReadScheduler(text []byte) (Scheduler, error) {
	var s Scheduler
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("the model's scheduler: %w", err)
	}
	if s.ClassName != SchedulerName {
		return s, fmt.Errorf("the model's scheduler is %q; annealed Langevin dynamics need an %s", s.ClassName, SchedulerName)
	}
	c := Chain{Sigmas: s.Sigmas, PerLevel: s.PerLevel, Step: s.Step, Form: Code}
	if err := c.Check(); err != nil {
		return s, fmt.Errorf("the model's scheduler: %w", err)
	}
	return s, nil
}

// Chain is the model's own, in the programs' form.
func (s Scheduler) Chain() *Chain {
	return &Chain{Sigmas: s.Sigmas, PerLevel: s.PerLevel, Step: s.Step, Form: Code}
}
