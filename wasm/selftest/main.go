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
//	{total: n}                  how many checks there are, where it is fewer than thought
//	{case: {...}}               one result; see result
//	{done: {lost, uncaptured, rejected}}
//
// lost says why the rest was not checked and is empty if all was; rejected lists kernels
// that do not compile, so that others stood in.
package main

import (
	"context"
	"maps"
	"slices"
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
	name   string
	config gpu.Config // that is forced; empty for the usual ones
	opts   gpu.Options
}

// passes are those that the device can run: what the page uses by default, and in a
// thorough test each configuration that Tune could choose, wherever it fits.
func passes(dev *device.Device, thorough bool) []pass {
	list := []pass{{name: "f32"}}
	if dev.Features.ShaderF16 {
		list = append(list, pass{name: "f16", opts: gpu.Options{Precision: gpu.F16}})
	}
	if !thorough {
		return list
	}
	for _, config := range gpu.Configs(dev) {
		// Products are best tested within Winograd convolutions, which have many.
		opts := gpu.Options{Prefer: []gpu.Config{config, gpu.Winograd, gpu.Tile}}
		list = append(list, pass{"f32 " + string(config), config, opts})
		if dev.Features.ShaderF16 {
			opts.Precision = gpu.F16
			list = append(list, pass{"f16 " + string(config), config, opts})
		}
	}
	return list
}

// among are the cases that the pass changes something about.
func (p pass) among(dev *device.Device, cases []optest.Case) []optest.Case {
	if p.config == "" {
		return cases
	}
	var out []optest.Case
	for _, c := range cases {
		g, _, err := c.Build()
		if err == nil {
			var n int
			if n, err = gpu.Uses(dev, g, p.opts, p.config); n == 0 && err == nil {
				continue
			}
		}
		out = append(out, c) // where it fails the result says why
	}
	return out
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
	total := len(ways) * len(cases)
	say("device", describe(dev, total))
	rejected := map[string]bool{}
	for _, way := range ways {
		among := way.among(dev, cases)
		total -= len(cases) - len(among)
		say("total", total)
		for _, c := range among {
			said := result(way, c, func(g *graph.Graph) (graph.Program, error) {
				program, err := gpu.Compile(ctx, dev, g, way.opts)
				if err != nil {
					return nil, err // not program, which would be a nil pointer in an interface
				}
				for _, message := range program.Stats().Rejected {
					rejected[message] = true
				}
				return program, nil
			})
			// What has been computed and is wrong was computed by a device that is there.
			if said["ok"] == false && said["error"] == 0.0 && lost(dev) {
				finish(dev, dev.Err().Error(), rejected)
				return
			}
			say("case", said)
		}
	}
	finish(dev, "", rejected)
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

func finish(dev *device.Device, lost string, rejected map[string]bool) {
	say("done", map[string]any{
		"lost": lost, "uncaptured": list(dev.Uncaptured()), "rejected": list(slices.Sorted(maps.Keys(rejected))),
	})
}

// list is strings as JavaScript takes them.
func list(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
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
