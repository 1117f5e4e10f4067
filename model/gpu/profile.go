//go:build js && wasm

package gpu

import (
	"context"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"syscall/js"
	"time"
)

// profileSource is a JavaScript function expression; see profile.js.
//
//go:embed profile.js
var profileSource string

// A dispatch is repeated until it lasts this long, because browsers round
// timestamps to 100 µs, and at most so often.
const (
	profiledTime   = 2 * time.Millisecond
	shortestKernel = 4 * time.Microsecond
)

// longestProfile is about how long those dispatches may take together to which the
// timestamps give no time at all: there are devices whose clock stands, and drivers that
// end what lasts for seconds.
const longestProfile = time.Second

// Profile measures how long each dispatch of a step takes, in the order of
// Stats.Kernels: by timestamp queries where the device has them and they tell anything,
// else by the time until a submit is done, less that of an empty one. The shortest of the
// repeats counts. What the program holds afterwards, states as well, means nothing.
//
// It measures kernels, not a step: each starts with its inputs in the caches that
// the run before left them in.
func (p *Program) Profile(ctx context.Context, repeats int) ([]time.Duration, error) {
	if p.running {
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	shortest, err := p.profile(ctx, repeats, p.dev.Features.TimestampQuery)
	if err == nil && p.dev.Features.TimestampQuery && len(shortest) > 0 && slices.Max(shortest) == 0 {
		return p.profile(ctx, repeats, false)
	}
	return shortest, err
}

func (p *Program) profile(ctx context.Context, repeats int, timestamps bool) ([]time.Duration, error) {
	counts := make([]uint32, len(p.stats.Kernels))
	for i := range counts {
		counts[i] = 1
	}
	shortest, err := p.profileOnce(ctx, counts, timestamps)
	if err != nil {
		return nil, err
	}
	unseen := math.Inf(1) // repeats of what has no time
	if timestamps && slices.Contains(shortest, 0) {
		begun := time.Now()
		if shortest, err = p.profileOnce(ctx, counts, timestamps); err != nil {
			return nil, err
		}
		unseen = float64(longestProfile) / float64(max(1, time.Since(begun)))
	}
	for i, took := range shortest {
		times := float64(profiledTime) / float64(max(took, shortestKernel))
		if took == 0 {
			times = min(times, unseen)
		}
		counts[i] = uint32(max(1, math.Ceil(times)))
		shortest[i] = math.MaxInt64 // the first run also warms up
	}
	for range max(1, repeats) {
		took, err := p.profileOnce(ctx, counts, timestamps)
		if err != nil {
			return nil, err
		}
		for i := range shortest {
			shortest[i] = min(shortest[i], took[i])
		}
	}
	return shortest, nil
}

func (p *Program) profileOnce(ctx context.Context, counts []uint32, timestamps bool) ([]time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.dev.Err(); err != nil {
		return nil, err
	}
	function := js.Global().Get("Function").New("return (" + profileSource + ")").Invoke()
	took, err := p.dev.Await(function.Invoke(p.dev.JS, p.replay, uint32Array(counts), timestamps))
	if lost := p.dev.Err(); lost != nil {
		return nil, lost
	}
	if err != nil {
		return nil, fmt.Errorf("timing the dispatches of a step: %w", err)
	}
	out := make([]time.Duration, len(counts))
	for i := range out {
		out[i] = time.Duration(took.Index(i).Float() * float64(time.Millisecond))
	}
	return out, nil
}
