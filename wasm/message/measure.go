package message

import "unnoise/model/bench"

// The messages of the benchmark, between the page bench.html and the engine.

func (*Measure) Kind() string   { return "measure" }
func (*Measuring) Kind() string { return "measuring" }
func (*Measured) Kind() string  { return "measured" }

// Measure asks how fast this device is. The model that is loaded, if one is, is
// measured beside the reference network. The answers are Measuring and Measured, any
// number of each, and then Done or Error with the same RunID. To end it, the page ends
// the worker.
type Measure struct {
	RunID int
	// Quick measures one picture at once alone, a few times.
	Quick bool
}

// Measuring says what goes on.
type Measuring struct {
	RunID       int
	What        string // for people: "a step of the reference network, 8 pictures"
	Done, Total int    // parts of the whole
}

// Measured brings results, those that there are since the last one.
type Measured struct {
	RunID  int
	Device *Device         // nil but in the first, and on the CPU tier
	Roof   *bench.Roofline // nil but once, and on the CPU tier
	Rows   []bench.Row
	Ops    []bench.Op // the kernels of a step of the reference network
	Engine string     // that the Ops are of
}

// Device is what the browser tells of the GPU.
type Device struct {
	Name, Vendor, Architecture string
	Software                   bool
	Features                   []string
	Limits                     []Limit
}

// Limit is one of the device's limits, under WebGPU's name.
type Limit struct {
	Name  string
	Value int
}
