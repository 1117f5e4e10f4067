// Package gpubench times networks and kernels on a WebGPU device, for make bench and
// for the engine that the page bench.html runs.
package gpubench
