package trajectory

import (
	"fmt"
	"slices"
	"sync"

	"unnoise/model/diffusion"
)

// DefaultCapBytes is the memory a trajectory may take: 256 MiB.
const DefaultCapBytes = 256 << 20

// Layout is the shape of x_t: N pictures, NCHW.
type Layout struct{ N, C, H, W int }

// Elems is the number of values of x_t.
func (l Layout) Elems() int { return l.N * l.Picture() }

// Picture is the number of values of one picture.
func (l Layout) Picture() int { return l.C * l.H * l.W }

// Storage is how steps are kept; New chooses the first that fits.
type Storage int

const (
	Float32   Storage = iota // every step, exactly
	Float16                  // every step, rounded to binary16
	Keyframes                // every k-th step, exactly; the others can be run again from them
)

// Trajectory is a run in progress or done. Its methods may be called by several
// goroutines; what they return is never overwritten.
type Trajectory struct {
	layout  Layout
	updates []diffusion.Update
	storage Storage
	stride  int // between kept steps

	mu     sync.RWMutex
	len    int
	frames []frame        // frames[k] is step k·stride
	last   diffusion.Step // exact, whatever the storage
}

// New returns an empty trajectory for a run of these updates that takes at most
// capBytes (and one step more). Beyond that in float32 it keeps float16, and
// beyond that only as many evenly spaced steps as fit, at least the first.
func New(layout Layout, updates []diffusion.Update, capBytes int64) *Trajectory {
	t := &Trajectory{layout: layout, updates: updates, stride: 1}
	kept := int64(2) // x_t and the answer
	if slices.ContainsFunc(updates, func(u diffusion.Update) bool { return u.OfX0Before != 0 }) {
		kept = 3
	}
	stepBytes := int64(layout.Elems()) * kept * 4 // in float32
	steps := int64(t.Total())
	switch {
	case steps*stepBytes <= capBytes:
		t.storage = Float32
	case steps*stepBytes/2 <= capBytes:
		t.storage = Float16
	default:
		t.storage = Keyframes
		fit := max(1, capBytes/stepBytes)
		t.stride = int((steps + fit - 1) / fit)
	}
	return t
}

// Layout is the shape of every step.
func (t *Trajectory) Layout() Layout { return t.layout }

// Storage says how steps are kept.
func (t *Trajectory) Storage() Storage { return t.storage }

// Updates are the run's steps; do not change them.
func (t *Trajectory) Updates() []diffusion.Update { return t.updates }

// Total is the number of steps of the whole run, x_0 included.
func (t *Trajectory) Total() int { return len(t.updates) + 1 }

// Len is the number of steps appended so far.
func (t *Trajectory) Len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.len
}

// Append records the next step, copying its slices. Where the sampler reads x̂_0 of
// the step before and the step does not have it, it is filled in. A step that is already there
// is passed over, so that a run resumed at its last step goes on seamlessly. The
// error says which step was expected or which size is wrong.
func (t *Trajectory) Append(step diffusion.Step) error {
	final := step.I == len(t.updates)
	if len(step.Xt) != t.layout.Elems() || (!final && len(step.Pred) != len(step.Xt)) {
		return fmt.Errorf("step %d has %d and %d values, expected %d", step.I, len(step.Xt), len(step.Pred), t.layout.Elems())
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if step.I < t.len {
		return nil
	}
	if step.I != t.len || step.I > len(t.updates) {
		return fmt.Errorf("step %d recorded out of order, expected %d of %d", step.I, t.len, t.Total())
	}
	exact := copyStep(step)
	if step.Update.OfX0Before != 0 && step.Before == nil && t.len > 0 {
		exact.Before = make([]float32, len(step.Xt))
		t.last.X0Hat(exact.Before)
	}
	if step.I%t.stride == 0 {
		t.frames = append(t.frames, newFrame(exact, t.storage))
	}
	t.last = exact
	t.len++
	return nil
}

// At returns step i, or where it is not kept the nearest kept one before it: look
// at the I of what is returned. It reports false where i has not been recorded.
func (t *Trajectory) At(i int) (diffusion.Step, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	switch {
	case i < 0 || i >= t.len:
		return diffusion.Step{}, false
	case i == t.last.I:
		return t.last, true
	}
	k := i / t.stride
	return t.frames[k].step(k*t.stride, t.update(k*t.stride)), true
}

// Last returns the newest step exactly, so that a run can be resumed from it. It
// reports false where nothing has been recorded.
func (t *Trajectory) Last() (diffusion.Step, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.last, t.len > 0
}

func (t *Trajectory) update(i int) diffusion.Update {
	if i == len(t.updates) {
		return diffusion.Final()
	}
	return t.updates[i]
}

func copyStep(s diffusion.Step) diffusion.Step {
	s.Xt = append([]float32(nil), s.Xt...)
	s.Pred = append([]float32(nil), s.Pred...)
	s.Before = append([]float32(nil), s.Before...)
	return s
}
