//go:build js && wasm

// Command selftest checks the visitor's GPU: it runs every case of package optest on
// it and compares the results with the formulas, evaluated in float64 on the CPU. It
// runs in a worker of selftest.html (web/selftest_worker.js), whose one request it
// waits for:
//
//	{begin: {only, thorough}}   only: families to check, separated by commas; empty for all
//
// It answers with objects of one property:
//
//	{listening: true}
//	{device: {...}}             what it checks, or {device: {missing: sentence}}
//	{case: {...}}               one result; see result
//	{done: {lost, uncaptured}}  lost: why the rest was not checked, empty if all was
package main

import (
	"context"
	"strings"
	"syscall/js"
	"time"

	"unnoise/model/gpu"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/optest"
)

// pass is one way to run all cases.
type pass struct {
	name string
	opts gpu.Options
}

// passes are those that the device can run: what the page uses by default, and in a
// thorough test each configuration wherever it fits.
func passes(dev *device.Device, thorough bool) []pass {
	list := []pass{{"f32", gpu.Options{}}}
	if dev.Features.ShaderF16 {
		list = append(list, pass{"f16", gpu.Options{Precision: gpu.F16}})
	}
	if thorough {
		for _, config := range []gpu.Config{gpu.Tile, gpu.Plain, gpu.Winograd, gpu.Shared, gpu.SameRows} {
			list = append(list, pass{"f32 " + string(config), gpu.Options{Prefer: []gpu.Config{config}}})
		}
	}
	return list
}

func main() {
	requests := make(chan js.Value, 1)
	js.Global().Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if begin := args[0].Get("data").Get("begin"); begin.Truthy() {
			select {
			case requests <- begin:
			default: // one at a time
			}
		}
		return nil
	}))
	say("listening", true)
	for {
		begin := <-requests
		run(begin.Get("only").String(), begin.Get("thorough").Truthy())
	}
}

func say(kind string, what any) { js.Global().Call("postMessage", map[string]any{kind: what}) }

// run checks the device and says what it finds.
func run(only string, thorough bool) {
	ctx := context.Background()
	dev, err := device.Open(ctx)
	if err != nil {
		say("device", map[string]any{"missing": strings.TrimRight(err.Error(), ".") + "."})
		return
	}
	defer dev.Destroy()
	ways, cases := passes(dev, thorough), chosen(only)
	say("device", describe(dev, len(ways)*len(cases)))
	for _, way := range ways {
		for _, c := range cases {
			said := result(way, c, func(g *graph.Graph) (graph.Program, error) {
				program, err := gpu.Compile(ctx, dev, g, way.opts)
				if err != nil {
					return nil, err // not program, which would be a nil pointer in an interface
				}
				return program, nil
			})
			if said["ok"] == false && lost(dev) {
				finish(dev, dev.Err().Error())
				return
			}
			say("case", said)
		}
	}
	finish(dev, "")
}

// lossNews is how long the news of a device's loss may come after the errors that
// it causes.
const lossNews = time.Second

// lost reports whether the device is lost, given that something has failed.
func lost(dev *device.Device) bool {
	select {
	case <-dev.Lost():
		return true
	case <-time.After(lossNews):
		return false
	}
}

func finish(dev *device.Device, lost string) {
	uncaptured := []any{}
	for _, message := range dev.Uncaptured() {
		uncaptured = append(uncaptured, message)
	}
	say("done", map[string]any{"lost": lost, "uncaptured": uncaptured})
}

// chosen are the cases of the named families.
func chosen(only string) []optest.Case {
	all := optest.Cases()
	if only == "" {
		return all
	}
	var some []optest.Case
	for _, c := range all {
		for family := range strings.SplitSeq(only, ",") {
			if c.Family() == family {
				some = append(some, c)
			}
		}
	}
	return some
}

// result runs one case.
func result(way pass, c optest.Case, compile optest.Compile) map[string]any {
	m, err := c.Measure(compile, way.opts.Precision == gpu.F16)
	sentence := ""
	if err != nil {
		sentence = err.Error()
	}
	return map[string]any{
		"pass": way.name, "family": c.Family(), "name": c.Name, "ok": err == nil, "sentence": sentence,
		"error": m.Error, "limit": m.Limit, "seconds": m.Took.Seconds(),
	}
}

// describe says what is checked.
func describe(dev *device.Device, total int) map[string]any {
	features := []any{}
	for i := range dev.JS.Get("features").Get("size").Int() {
		features = append(features, js.Global().Get("Array").Call("from", dev.JS.Get("features")).Index(i).String())
	}
	limits := dev.Limits
	return map[string]any{
		"adapter": dev.Info.Name(), "vendor": dev.Info.Vendor, "architecture": dev.Info.Architecture,
		"description": dev.Info.Description, "software": dev.Info.Software, "features": features, "total": total,
		"limits": map[string]any{
			"maxStorageBufferBindingSize":       limits.StorageBindingBytes,
			"maxBufferSize":                     limits.BufferBytes,
			"maxComputeWorkgroupStorageSize":    limits.WorkgroupStorageBytes,
			"maxComputeInvocationsPerWorkgroup": limits.WorkgroupInvocations,
			"maxComputeWorkgroupsPerDimension":  limits.Workgroups,
			"minUniformBufferOffsetAlignment":   limits.UniformAlignment,
		},
	}
}
