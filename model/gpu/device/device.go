//go:build js && wasm

package device

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall/js"

	"github.com/cogentcore/webgpu/wgpu"
)

// ErrUnavailable says that there is no WebGPU here. The wrapped text says why.
var ErrUnavailable = errors.New("WebGPU is not available")

// ErrLost says that the device was lost; everything made from it is gone. Open
// another and compile again.
var ErrLost = errors.New("the GPU device was lost")

// Device is an open device.
type Device struct {
	wgpu.Device
	JS       js.Value // the GPUDevice
	Info     Info
	Features Features
	Limits   Limits
	Pool     Pool // buffers that programs share

	lost      chan struct{} // closed when the device is lost
	callbacks []js.Func

	mu         sync.Mutex
	lostReason string
	uncaptured []string
	pipelines  map[string]Pipeline // by their text
}

// optionalFeatures are requested where the adapter has them; no kernel needs one.
var optionalFeatures = []string{"shader-f16", "subgroups", "timestamp-query"}

// Open requests the adapter for heavy work and a device with default limits.
// The error is ErrUnavailable where the browser or the adapter refuses.
func Open(ctx context.Context) (*Device, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entry := js.Global().Get("navigator").Get("gpu")
	if !entry.Truthy() {
		return nil, fmt.Errorf("%w: %s", ErrUnavailable, missingReason())
	}
	adapter, err := Await(entry.Call("requestAdapter", map[string]any{"powerPreference": "high-performance"}))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnavailable, err)
	}
	if !adapter.Truthy() {
		return nil, fmt.Errorf("%w: the browser offers no adapter", ErrUnavailable)
	}
	var features []any
	for _, name := range optionalFeatures {
		if adapter.Get("features").Call("has", name).Bool() {
			features = append(features, name)
		}
	}
	handle, err := Await(adapter.Call("requestDevice", map[string]any{"label": "unnoise", "requiredFeatures": features}))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnavailable, err)
	}
	d := &Device{
		Device:    wgpu.NewDevice(handle),
		JS:        handle,
		Info:      readInfo(adapter),
		Features:  readFeatures(handle),
		Limits:    readLimits(handle),
		lost:      make(chan struct{}),
		pipelines: map[string]Pipeline{},
	}
	d.listen()
	return d, nil
}

func missingReason() string {
	if secure := js.Global().Get("isSecureContext"); secure.Type() == js.TypeBoolean && !secure.Bool() {
		return "the page is not a secure context (use https or localhost)"
	}
	return "this browser has no navigator.gpu"
}

// Lost is closed when the device is lost.
func (d *Device) Lost() <-chan struct{} { return d.lost }

// Err returns nil, or ErrLost with the reason once the device is lost.
func (d *Device) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lostReason == "" {
		return nil
	}
	return fmt.Errorf("%w (%s)", ErrLost, d.lostReason)
}

// Uncaptured returns and forgets the errors that no scope caught. They arrive
// only after later GPU activity.
func (d *Device) Uncaptured() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.uncaptured
	d.uncaptured = nil
	return out
}

// Destroy loses the device on purpose.
func (d *Device) Destroy() { d.JS.Call("destroy") }

// maxUncaptured bounds the errors that are kept; a broken kernel repeats its own.
const maxUncaptured = 16

// listen hears of the device's loss and of errors outside scopes. The functions
// live as long as the page: the device may be lost at any later time.
func (d *Device) listen() {
	onLost := js.FuncOf(func(_ js.Value, args []js.Value) any {
		d.mu.Lock()
		d.lostReason = args[0].Get("reason").String() + ": " + args[0].Get("message").String()
		d.mu.Unlock()
		close(d.lost)
		return nil
	})
	onError := js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		d.mu.Lock()
		if len(d.uncaptured) < maxUncaptured {
			d.uncaptured = append(d.uncaptured, errorOf([]js.Value{args[0].Get("error")}).Error())
		}
		d.mu.Unlock()
		return nil
	})
	d.JS.Get("lost").Call("then", onLost)
	d.JS.Call("addEventListener", "uncapturederror", onError)
	d.callbacks = []js.Func{onLost, onError}
}
