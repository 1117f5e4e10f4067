//go:build js && wasm

package device

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"
)

// ErrSilent says that the device is not lost but no longer answers. Reload the page, or
// open another device.
var ErrSilent = errors.New("the GPU does not answer")

// patience is how long a device may take to say whether a few calls were valid. It says
// so at once; minutes are for a machine that hardly runs.
var patience = 3 * time.Minute

// Await waits for a promise of the device's, and no longer than it lives: the error is
// then ErrLost.
func (d *Device) Await(promise js.Value) (js.Value, error) {
	return d.awaitFor(context.Background(), promise, "")
}

// awaitFor is Await that gives up with ErrSilent when ctx ends.
func (d *Device) awaitFor(ctx context.Context, promise js.Value, what string) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	go func() { // lives until the promise is settled, for JavaScript calls it then
		value, err := Await(promise)
		settled <- outcome{value, err}
	}()
	select {
	case result := <-settled:
		return result.value, result.err
	case <-d.lost:
		return js.Undefined(), d.Err()
	case <-ctx.Done():
		return js.Undefined(), fmt.Errorf("%w: %s took longer than %v", ErrSilent, what, patience)
	}
}
