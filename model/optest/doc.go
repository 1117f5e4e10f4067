// Package optest is the table of cases that every executor must pass.
//
// [Run] builds each case's small graph, runs it through an executor and compares
// the outputs with a direct evaluation of the formulas in float64 (reference.go),
// which shares no code with any executor. The shapes are chosen to catch what
// kernels get wrong: odd sizes, H ≠ W, channels not divisible by 4, batches,
// blocks that straddle kernel taps, a mean far larger than the deviation, and
// chains that an executor may fuse.
//
// Outputs are filled with NaN and stand between sentinels, inputs must come back
// unchanged, and every program runs twice with different inputs, so that values
// left over from a run are noticed.
//
// [Gradients] compares each VJP with central differences of those formulas in float64;
// the backward passes are cases of the table too, so that executors are held to them.
// [RunStates] and [RunTraining] hold executors to what programs with states promise:
// a whole training equals PyTorch's, loss by loss.
//
// The package reads no file: it runs wherever Go does, in Chromium too. Its own
// tests break each operation in turn and demand that the table notices.
package optest
