// Package unettest runs whole networks through an executor and compares them with
// real diffusers, computed in float64 (tools/golden/unet.py).
//
// The golden files are embedded, so the package runs wherever Go does, in Chromium
// too. Weights and input pictures are drawn by name, as the script draws them.
package unettest
