// Package device is the only place that requests WebGPU adapters and devices.
//
// [Open] gives a [Device]: a cogentcore/webgpu device, its JavaScript object for
// what that package lacks on js (features, limits, error scopes, asynchronous
// pipelines, device loss), and what is known about the adapter.
//
// Functions that wait ([Await], [Device.Scope], [Device.Pipeline]) must not be
// called inside a js.FuncOf callback: the event loop would never turn.
package device
