package message

import "unnoise/model/run"

// The messages from the page to the engine.

// Open is the first message of the page: it asks the engine to pick a tier. The
// answer is Ready.
type Open struct {
	Tier Tier // TierCPU to go without WebGPU, TierAny to use it where possible
	// Precision asks for PrecisionF32 or PrecisionF16 whatever is faster; empty
	// leaves it to the measurement.
	Precision Precision
}

// Load asks for a model, in place of the one loaded before. The answers are
// Progress and then Loaded, or Error with the model's ID.
type Load struct {
	ID     string // the model's id in web/models/index.json, or a name of the page's choice
	URL    string // absolute, or relative to the page; blob: URLs of dropped files too
	SHA256 string // 64 hex digits; empty skips the check and the cache
	Size   int64  // bytes; 0 if unknown
}

// Run asks for the pictures of a spec. The answers are Progress (compiling),
// Estimate, one Step per recorded step and then Done, Cancelled or Error with
// the same RunID. A run that is going on is cancelled first.
type Run struct {
	RunID int // the page's choice; the answers carry it
	Spec  run.Spec
	// Start is the x_0 of Spec.Start: C·H·W values in [−1, 1], NCHW. Empty
	// without Spec.Start.
	Start []float32
	// From is the sampler index of the first step to compute and Xt (N·C·H·W
	// values) its x_t, exactly as it was recorded: the run goes on from there with
	// the noise it would have had. Before is x̂_0 of the step before where the
	// sampler reads it. 0 and empty for a whole run.
	From   int
	Xt     []float32
	Before []float32
}

// Cancel ends a run. The answer is Cancelled; none comes if the run was over.
// Package client ends the worker instead where the engine computes on the CPU.
type Cancel struct {
	RunID int
}

// Tune asks the engine to measure which kernels, and which precision, are fastest
// for the loaded model on this device, and to remember it. It waits for what goes
// on; a load or a run that comes meanwhile ends it. The answers are Progress and
// then Tuned.
type Tune struct{}

// StopTuning ends a Tune; what was found so far is dropped.
type StopTuning struct{}

// LoseDevice destroys the GPU device as a driver reset would, so that the
// recovery can be tried: DeviceLost and Rebuilt follow. The CPU tier ignores it.
type LoseDevice struct{}
