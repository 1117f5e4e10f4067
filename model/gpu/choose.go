//go:build js && wasm

package gpu

import "unnoise/model/gpu/device"

// chooser decides between the configurations of a kernel.
type chooser interface {
	// reject forbids a kernel, named by shaders.Key, that does not compile here. It
	// returns false where nothing else can take over.
	reject(key string) bool
}

type defaults struct{ rejected map[string]bool }

func defaultChooser(*device.Device) chooser { return &defaults{map[string]bool{}} }

func (d *defaults) reject(key string) bool { return false }
