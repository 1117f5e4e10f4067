package message

import "unnoise/wasm/wire"

// Message is one of the pointer types of this package.
type Message = wire.Message

// VersionError says that the other side was built from other messages.
type VersionError = wire.VersionError

func (*Open) Kind() string       { return "open" }
func (*Load) Kind() string       { return "load" }
func (*Run) Kind() string        { return "run" }
func (*Cancel) Kind() string     { return "cancel" }
func (*LoseDevice) Kind() string { return "lose-device" }
func (*Tune) Kind() string       { return "tune" }
func (*StopTuning) Kind() string { return "stop-tuning" }

func (*Listening) Kind() string  { return "listening" }
func (*Ready) Kind() string      { return "ready" }
func (*Progress) Kind() string   { return "progress" }
func (*Loaded) Kind() string     { return "loaded" }
func (*Estimate) Kind() string   { return "estimate" }
func (*Step) Kind() string       { return "step" }
func (*Done) Kind() string       { return "done" }
func (*Cancelled) Kind() string  { return "cancelled" }
func (*Error) Kind() string      { return "error" }
func (*DeviceLost) Kind() string { return "device-lost" }
func (*Rebuilt) Kind() string    { return "rebuilt" }
func (*Tuned) Kind() string      { return "tuned" }
func (*Adapted) Kind() string    { return "adapted" }

// all has one of each, in the order of the version's fingerprint.
var all = []Message{
	&Open{}, &Load{}, &Run{}, &Cancel{}, &LoseDevice{}, &Tune{}, &StopTuning{}, &Measure{},
	&Listening{}, &Ready{}, &Progress{}, &Loaded{}, &Estimate{}, &Step{}, &Done{}, &Cancelled{},
	&Error{}, &DeviceLost{}, &Rebuilt{}, &Tuned{}, &Adapted{},
	&Measuring{}, &Measured{},
}

var protocol = wire.NewProtocol(all...)
