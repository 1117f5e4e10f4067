//go:build js && wasm

package gpu

import (
	"context"
	_ "embed"
	"fmt"
	"math"
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

// Profile measures how long each dispatch of a step takes, in the order of
// Stats.Kernels: by timestamp queries where the device has them, else by the time
// until a submit is done, less that of an empty one. The shortest of the repeats
// counts. What the program holds afterwards, states as well, means nothing.
//
// It measures kernels, not a step: each starts with its inputs in the caches that
// the run before left them in.
func (p *Program) Profile(ctx context.Context, repeats int) ([]time.Duration, error) {
	if p.running {
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	counts := make([]uint32, len(p.stats.Kernels))
	for i := range counts {
		counts[i] = 1
	}
	shortest, err := p.profileOnce(ctx, counts)
	if err != nil {
		return nil, err
	}
	for i, took := range shortest {
		counts[i] = uint32(max(1, math.Ceil(float64(profiledTime)/float64(max(took, shortestKernel)))))
		shortest[i] = math.MaxInt64 // the first run also warms up
	}
	for range max(1, repeats) {
		took, err := p.profileOnce(ctx, counts)
		if err != nil {
			return nil, err
		}
		for i := range shortest {
			shortest[i] = min(shortest[i], took[i])
		}
	}
	return shortest, nil
}

func (p *Program) profileOnce(ctx context.Context, counts []uint32) ([]time.Duration, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.dev.Err(); err != nil {
		return nil, err
	}
	function := js.Global().Get("Function").New("return (" + profileSource + ")").Invoke()
	took, err := p.dev.Await(function.Invoke(p.dev.JS, p.replay, uint32Array(counts), p.dev.Features.TimestampQuery))
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
