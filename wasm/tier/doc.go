// Package tier chooses what programs in workers compute on, a WebGPU device or this
// thread, and says why.
package tier
