package message

import "unnoise/model/run"

// The messages from the engine to the page.

// Tier is what the engine computes on.
type Tier string

const (
	TierAny    Tier = ""
	TierWebGPU Tier = "webgpu"
	TierCPU    Tier = "cpu"
)

// Precision is what the GPU stores activations and weights as.
type Precision string

const (
	PrecisionAny Precision = ""
	PrecisionF32 Precision = "f32"
	PrecisionF16 Precision = "f16"
)

// Listening is the engine's first message, sent once it can receive: its version
// shows whether page and engine belong together.
type Listening struct{}

// Ready says which tier the engine runs on and why.
type Ready struct {
	Tier     Tier
	Adapter  string // the GPU's name as the browser gives it; empty on the CPU tier
	Software bool   // the adapter computes on the CPU (SwiftShader, lavapipe, WARP)
	Features []string
	Reason   string // a sentence for the visitor
}

// Stage is a part of the work that has a progress bar.
type Stage string

const (
	StageFetch   Stage = "fetch"   // bytes of the model, from the network
	StageCache   Stage = "cache"   // bytes of the model, from the browser's storage
	StageVerify  Stage = "verify"  // bytes hashed and parsed
	StageCompile Stage = "compile" // GPU pipelines
	StageTune    Stage = "tune"    // shapes of heavy operations measured
)

// Progress counts what is done of a stage. ModelID is set while loading and
// RunID while a run is prepared.
type Progress struct {
	ModelID string
	RunID   int
	Stage   Stage
	Done    int64
	Total   int64 // 0 if unknown
}

// Loaded says that a model is ready for runs.
type Loaded struct {
	ID     string
	Info   run.Info // what a spec is checked against
	Name   string   // general.name of the file; may be empty
	SHA256 string   // of the bytes that were loaded
	Size   int64    // bytes
	Cached bool     // it came from the browser's storage
	Note   string   // what went wrong without stopping it, such as a full storage; may be empty
	// Precision is what runs will use, empty on the CPU tier. Tuned says that it, and
	// the kernels, were measured on this device, now or on an earlier visit.
	Precision Precision
	Tuned     bool
}

// Estimate says, before the first step of a run, what a step will take. It comes
// again with Measured set once steps have been timed.
type Estimate struct {
	RunID          int
	SecondsPerStep float64
	Steps          int  // that are still to come
	Measured       bool // by timing this program on this device, not from its operation count
}

// Step is one recorded step. The last of a run has T = −1: its Xt is x_0 and
// Pred is empty.
type Step struct {
	RunID int
	Index int // 0 is the first step, whose Xt is the initial noise
	T     int // trained timestep, −1 for x_0
	// Xt has N·C·H·W values before the update, NCHW; Pred the network's output
	// that the update used, after guidance, in the same layout.
	Xt, Pred []float32
	// Seconds is the time since the step before, or since the run's first
	// evaluation began.
	Seconds float64
}

// Done says that every step of a run has been sent.
type Done struct {
	RunID   int
	Seconds float64 // from the first evaluation to the last step
}

// Cancelled says that a run has ended before its last step because the page
// asked for it.
type Cancelled struct {
	RunID int
}

// Error says what failed and what to do. ModelID is set where loading failed and
// RunID where a run did.
type Error struct {
	ModelID string
	RunID   int
	Message string // a sentence: what failed, and where
	Hint    string // a sentence: what the visitor can do; may be empty
	Fatal   bool   // the engine is of no use any more; package client starts another at the next request
}

// DeviceLost says that the GPU device is gone and that another one is being
// asked for. The run, if any, goes on after Rebuilt.
type DeviceLost struct {
	Reason string // a sentence
}

// Rebuilt says that the engine has a device and its programs again, from the
// weights it had kept, or that it goes on without a GPU. RunID is the run that
// goes on at step Index; 0 if none.
type Rebuilt struct {
	Ready Ready
	RunID int
	Index int
}

// Tuned ends a Tune.
type Tuned struct {
	// Stopped says that nothing was changed: the measurement was ended early.
	Stopped   bool
	Precision Precision // in use from now on
	Shapes    int       // of heavy operations, measured
	// Seconds that a step of one picture takes in each precision; 0 where it was not
	// measured.
	F32Seconds, F16Seconds float64
	Note                   string // a sentence on what could not be done; may be empty
}

// Adapted says that kernels did not compile on this device, so that others stand in
// for them. Each is described by what the browser said.
type Adapted struct{ Rejected []string }
