//go:build js && wasm

package device

import (
	"context"
	"errors"
	"syscall/js"
)

// ErrOutOfMemory says that the GPU has no room for a buffer.
var ErrOutOfMemory = errors.New("out of GPU memory")

// Scope calls f and returns the first validation or out-of-memory error of the
// GPU calls it makes, or the exception it throws. An error is ErrOutOfMemory
// where memory ran out, ErrLost where the device is gone and ErrSilent where it does not
// answer.
func (d *Device) Scope(f func()) error {
	if err := d.Err(); err != nil {
		return err
	}
	d.JS.Call("pushErrorScope", "validation")
	d.JS.Call("pushErrorScope", "out-of-memory")
	thrown := Try(f)
	patient, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	memory, memoryErr := d.popScope(patient)
	validation, validationErr := d.popScope(patient)
	if err := d.Err(); err != nil {
		return err
	}
	switch {
	case memoryErr == nil && memory.Truthy():
		return errors.Join(ErrOutOfMemory, errors.New(memory.Get("message").String()))
	case validationErr == nil && validation.Truthy():
		return errors.New(validation.Get("message").String())
	}
	return errors.Join(thrown, memoryErr, validationErr)
}

func (d *Device) popScope(ctx context.Context) (js.Value, error) {
	return d.awaitFor(ctx, d.JS.Call("popErrorScope"), "checking calls to it")
}
