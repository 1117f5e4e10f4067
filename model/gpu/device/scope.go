//go:build js && wasm

package device

import "errors"

// ErrOutOfMemory says that the GPU has no room for a buffer.
var ErrOutOfMemory = errors.New("out of GPU memory")

// Scope calls f and returns the first validation or out-of-memory error of the
// GPU calls it makes, or the exception it throws. An error is ErrOutOfMemory
// where memory ran out and ErrLost where the device is gone.
func (d *Device) Scope(f func()) error {
	if err := d.Err(); err != nil {
		return err
	}
	d.JS.Call("pushErrorScope", "validation")
	d.JS.Call("pushErrorScope", "out-of-memory")
	thrown := Try(f)
	memory, memoryErr := Await(d.JS.Call("popErrorScope"))
	validation, validationErr := Await(d.JS.Call("popErrorScope"))
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
