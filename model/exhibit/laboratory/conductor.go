package laboratory

import (
	"context"
	"time"

	"unnoise/model/exhibit"
)

// conductor holds a training to the visitor's orders: pause, single steps, speed.
type conductor struct {
	orders  <-chan exhibit.Order // nil where nobody gives any
	paused  bool
	single  bool          // one step, then pause
	between time.Duration // steps; 0 at full speed
	due     time.Time     // of the next step, where between is not 0
	changed func(o exhibit.Order) error
	rested  time.Time // when the program last waited for the world
}

// restless is for how long a training may compute before orders get a chance: in a
// browser nothing arrives while Go computes.
const restless = 50 * time.Millisecond

// speeds of the control "speed".
var speeds = map[string]time.Duration{"full": 0, "slow": time.Second / 10, "slower": time.Second}

// shows reports whether a step is to be shown that ends no snapshot: single steps, and
// those of slow motion, unless showing takes longer than the step may last, in which
// case it takes at most half of the time.
func (c *conductor) shows(took, since time.Duration) bool {
	if c.orders == nil {
		return false
	}
	return c.single || c.between > 0 && (took < c.between || took < since)
}

// await returns when the next step is to be taken.
func (c *conductor) await(ctx context.Context) error {
	c.paused = c.paused || c.single
	c.single = false
	for {
		if err := c.drain(ctx); err != nil {
			return err
		}
		wait := time.Until(c.due) // the next step
		if c.orders == nil || !c.paused && (c.between == 0 || wait <= 0) {
			c.due = time.Now().Add(c.between)
			return nil
		}
		var timer <-chan time.Time // of a pause: none
		if !c.paused {
			timer = time.After(wait)
		}
		if err := c.listen(ctx, timer); err != nil {
			return err
		}
	}
}

// drain obeys the orders that have come, and lets some come.
func (c *conductor) drain(ctx context.Context) error {
	if c.orders == nil {
		return ctx.Err()
	}
	if time.Since(c.rested) > restless {
		if err := c.listen(ctx, time.After(time.Millisecond)); err != nil {
			return err
		}
	}
	for {
		select {
		case o, open := <-c.orders:
			if err := c.take(o, open); err != nil {
				return err
			}
		default:
			return ctx.Err()
		}
	}
}

// listen waits for an order, or until done.
func (c *conductor) listen(ctx context.Context, done <-chan time.Time) error {
	defer func() { c.rested = time.Now() }()
	select {
	case o, open := <-c.orders:
		return c.take(o, open)
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take obeys an order, or notes that there will be none.
func (c *conductor) take(o exhibit.Order, open bool) error {
	if !open {
		c.orders = nil
		return nil
	}
	return c.obey(o)
}

func (c *conductor) obey(o exhibit.Order) error {
	switch o.Control {
	case "pause":
		c.paused = !c.paused
	case "step":
		c.paused, c.single = false, true
		c.due = time.Time{}
	case "speed":
		c.between = speeds[o.Value]
		c.due = time.Time{}
	default:
		return c.changed(o)
	}
	return nil
}
