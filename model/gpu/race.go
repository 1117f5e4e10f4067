package gpu

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// mostRounds bounds the rounds of a race; a race that they leave open is lost.
	mostRounds = 15
	// doubt is how likely chance alone may make a race's outcome.
	doubt = 0.05
	// stepMargin is how much shorter a step must be for a round to be won.
	stepMargin = 0.98
	// hopeless is how many times longer the steps of two rounds must be for a race to
	// be given up.
	hopeless = 1.5
)

// entrant is a program whose steps are timed.
type entrant interface {
	step(ctx context.Context) (time.Duration, error)
	result() [][]float32 // of the last step
	Close()
}

// verdict of a race: the median steps, and whether the challenger is the faster.
type verdict struct {
	usual, other time.Duration
	faster       bool
}

// race runs two programs in turns, after a step of each that warms up, and says whether
// the challenger is faster. A round is a step of each, one right after the other, the
// one that begins changing from round to round, so that the clock and the load, and
// their slow changes, meet both. Rounds are run until those won and those lost differ by
// more than chance would have them (the sign test: Dixon & Mood 1946,
// doi:10.1080/01621459.1946.10501898), which on a quiet machine are five, on a noisy one
// more. Where they never do, or the deadline passes first, nothing is proved and the
// challenger has lost.
func race(ctx context.Context, usual, other entrant, now func() time.Time, deadline time.Time) (verdict, error) {
	var usuals, others []time.Duration
	for round := -1; round < mostRounds; round++ {
		pair := [2]entrant{usual, other}
		odd := round & 1
		first, err := pair[odd].step(ctx)
		second, err2 := pair[1-odd].step(ctx)
		if err := errors.Join(err, err2); err != nil {
			return verdict{}, err
		}
		if round >= 0 {
			took := [2]time.Duration{first, second}
			usuals, others = append(usuals, took[odd]), append(others, took[1-odd])
		}
		if decided(usuals, others) || now().Add(first+second).After(deadline) {
			break
		}
	}
	if len(usuals) == 0 {
		return verdict{}, nil
	}
	out := verdict{usual: median(usuals), other: median(others)}
	out.faster = byMoreThanChance(won(usuals, others), len(usuals)) && float64(out.other) <= stepMargin*float64(out.usual)
	return out, nil
}

// won counts the rounds that the challenger has won.
func won(usuals, others []time.Duration) (count int) {
	for i, d := range usuals {
		if float64(others[i]) <= stepMargin*float64(d) {
			count++
		}
	}
	return count
}

// decided reports whether more rounds would be a waste.
func decided(usuals, others []time.Duration) bool {
	n, wins := len(usuals), won(usuals, others)
	if n >= 2 && float64(slices.Min(others)) > hopeless*float64(slices.Max(usuals)) {
		return true
	}
	return byMoreThanChance(wins, n) || byMoreThanChance(n-wins, n)
}

// byMoreThanChance reports whether so many rounds of n, or more, are won with a
// probability of less than doubt where either program wins each as likely.
func byMoreThanChance(wins, n int) bool {
	probability, ways := 0.0, 1.0 // ways to choose the losses
	for losses := 0; losses <= n-wins; losses++ {
		probability += ways
		ways *= float64(n-losses) / float64(losses+1)
	}
	for range n {
		probability /= 2
	}
	return probability < doubt
}

// median of values, the lower one of two in the middle.
func median(values []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}
