// Package dpmtest has the goldens of the networks of package dpm, which every executor
// must reach (tools/golden/dpm2015.py).
package dpmtest
