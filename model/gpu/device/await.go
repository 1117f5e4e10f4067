//go:build js && wasm

package device

import (
	"errors"
	"fmt"
	"syscall/js"
)

// Await waits for a promise. A rejection becomes an error that reads
// "AbortError: …".
func Await(promise js.Value) (js.Value, error) {
	type outcome struct {
		value js.Value
		err   error
	}
	settled := make(chan outcome, 1)
	fulfilled := js.FuncOf(func(_ js.Value, args []js.Value) any {
		var value js.Value
		if len(args) > 0 {
			value = args[0]
		}
		settled <- outcome{value: value}
		return nil
	})
	defer fulfilled.Release()
	rejected := js.FuncOf(func(_ js.Value, args []js.Value) any {
		settled <- outcome{err: errorOf(args)}
		return nil
	})
	defer rejected.Release()
	promise.Call("then", fulfilled, rejected)
	result := <-settled
	return result.value, result.err
}

// Try calls f and turns a JavaScript exception, which syscall/js raises as a
// panic, into an error. Other panics go on.
func Try(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = errorOf([]js.Value{r.Value})
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// errorOf reads the reason of a rejection or the value thrown.
func errorOf(args []js.Value) error {
	if len(args) == 0 || !args[0].Truthy() {
		return errors.New("rejected without a reason")
	}
	reason := args[0]
	if reason.Type() != js.TypeObject {
		return errors.New(reason.String())
	}
	return fmt.Errorf("%s: %s", kindOf(reason), reason.Get("message").String())
}

// kindOf is an error object's name, or its class where it has none, as GPUError.
func kindOf(v js.Value) string {
	if name := v.Get("name"); name.Type() == js.TypeString {
		return name.String()
	}
	return v.Get("constructor").Get("name").String()
}
