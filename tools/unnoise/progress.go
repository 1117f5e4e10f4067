package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far a run is. It is for people; where nobody looks, on a
// pipe, it is redrawn rarely.
type progress struct {
	bar *progressbar.ProgressBar // nil for none
	w   io.Writer
}

func newProgress(w io.Writer, steps int, quiet bool) progress {
	if quiet {
		return progress{}
	}
	throttle := 10 * time.Second
	if stderrIsTerminal() {
		throttle = 65 * time.Millisecond
	}
	bar := progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription("step"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowElapsedTimeOnFinish(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(throttle),
		progressbar.OptionFullWidth(),
	)
	return progress{bar, w}
}

// set says how many steps are done. What the bar cannot draw is no reason to end
// a run.
func (p progress) set(done int) {
	if p.bar != nil {
		_ = p.bar.Set(done)
	}
}

// of says how many of the steps are done, where their number becomes known on the
// way; 0 while it is not.
func (p progress) of(done, total int) {
	if p.bar == nil {
		return
	}
	if total > 0 && p.bar.GetMax() != total {
		p.bar.ChangeMax(total)
	}
	_ = p.bar.Set(done)
}

// finish leaves the bar as it stands and ends its line.
func (p progress) finish() {
	if p.bar != nil {
		_ = p.bar.Exit()
		fmt.Fprintln(p.w)
	}
}
