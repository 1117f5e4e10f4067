package gpu

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// Tuned is what Tune found.
type Tuned struct {
	Choices Choices // empty where the defaults are as fast
	Shapes  int     // measured
	// Wrong says that choices with which a step is faster give another result than the
	// defaults on this device, so that they were left out.
	Wrong bool
	// Default and Tuned are the median steps with the defaults and with Choices in the
	// race that Choices won, the same where there are none, and 0 where there was no time
	// for a race.
	Default, Tuned time.Duration
}

// trials finds out which choices make a whole step faster.
type trials struct {
	compile  func(ctx context.Context, choices Choices) (entrant, error)
	now      func() time.Time
	deadline time.Time
	within   float64 // what agree takes for the same result
	usual    entrant // with the defaults
}

// keepHelpful keeps the choices with which a whole step is faster than by default: all
// of them, else, while there is time, those of each kind of operation that make it
// faster. Whatever is kept has won a race against the defaults and come to the same
// result.
func (t *Tuned) keepHelpful(ctx context.Context, x trials, choices Choices) (err error) {
	if x.usual, err = x.compile(ctx, nil); err != nil {
		return err
	}
	defer x.usual.Close()
	groups := byKind(choices)
	if err := t.try(ctx, x, choices); err != nil || len(t.Choices) > 0 || len(groups) < 2 {
		return err
	}
	for _, group := range groups {
		with := maps.Clone(t.Choices)
		maps.Copy(with, group)
		if err := t.try(ctx, x, with); err != nil {
			return err
		}
	}
	return nil
}

// try takes choices, more than there are, where a step is faster with them than by
// default and than any was before.
func (t *Tuned) try(ctx context.Context, x trials, choices Choices) error {
	if !x.now().Before(x.deadline) {
		return nil
	}
	other, err := x.compile(ctx, choices)
	if err != nil {
		return err
	}
	defer other.Close()
	result, err := race(ctx, x.usual, other, x.now, x.deadline)
	if err != nil || result.usual == 0 {
		return err
	}
	// Times of two races do not compare, how often faster than the default does.
	before := 1.0
	if t.Default > 0 {
		before = float64(t.Tuned) / float64(t.Default)
	}
	if !result.faster || float64(result.other) > stepMargin*before*float64(result.usual) {
		if len(t.Choices) == 0 {
			t.Default, t.Tuned = result.usual, result.usual
		}
		return nil
	}
	if !agree(other.result(), x.usual.result(), x.within) {
		t.Wrong = true
		if len(t.Choices) == 0 {
			t.Default, t.Tuned = result.usual, result.usual
		}
		return nil
	}
	t.Choices, t.Default, t.Tuned = choices, result.usual, result.other
	return nil
}

// byKind splits choices by the kind of operation, the first word of its shape, in the
// alphabetical order of the kinds.
func byKind(choices Choices) []Choices {
	kinds := map[string]Choices{}
	for shape, config := range choices {
		kind, _, _ := strings.Cut(shape, " ")
		if kinds[kind] == nil {
			kinds[kind] = Choices{}
		}
		kinds[kind][shape] = config
	}
	var out []Choices
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		out = append(out, kinds[kind])
	}
	return out
}
