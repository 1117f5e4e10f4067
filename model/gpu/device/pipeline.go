//go:build js && wasm

package device

import (
	"fmt"
	"strings"
	"syscall/js"
)

// Pipeline is a compute pipeline and the layout of its bind group 0.
type Pipeline struct {
	JS     js.Value // GPUComputePipeline
	Layout js.Value // GPUBindGroupLayout
}

// Pipeline compiles a WGSL module whose entry point is main, without blocking
// the browser, once for each text: later calls give the same pipeline. A
// compilation error lists the messages with line, column and the line of source.
func (d *Device) Pipeline(label, code string) (Pipeline, error) {
	if err := d.Err(); err != nil {
		return Pipeline{}, err
	}
	d.mu.Lock()
	known, ok := d.pipelines[code]
	d.mu.Unlock()
	if ok {
		return known, nil
	}
	made, err := d.compile(label, code)
	if err == nil {
		d.mu.Lock()
		d.pipelines[code] = made
		d.mu.Unlock()
	}
	return made, err
}

func (d *Device) compile(label, code string) (Pipeline, error) {
	d.JS.Call("pushErrorScope", "validation")
	module := d.JS.Call("createShaderModule", map[string]any{"label": label, "code": code})
	scope := d.JS.Call("popErrorScope")
	promise := d.JS.Call("createComputePipelineAsync", map[string]any{
		"label":   label,
		"layout":  "auto",
		"compute": map[string]any{"module": module, "entryPoint": "main"},
	})
	pipeline, err := d.Await(promise)
	invalid, scopeErr := d.Await(scope)
	if lost := d.Err(); lost != nil {
		return Pipeline{}, lost
	}
	if scopeErr == nil && invalid.Truthy() {
		return Pipeline{}, fmt.Errorf("kernel %s does not compile: %s", label, d.compilationMessages(module, code))
	}
	if err != nil {
		return Pipeline{}, fmt.Errorf("kernel %s: no pipeline: %w", label, err)
	}
	return Pipeline{pipeline, pipeline.Call("getBindGroupLayout", 0)}, nil
}

// compilationMessages writes each error as "line:column: message" above its line.
func (d *Device) compilationMessages(module js.Value, code string) string {
	info, err := d.Await(module.Call("getCompilationInfo"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(code, "\n")
	var out strings.Builder
	messages := info.Get("messages")
	for i := range messages.Length() {
		m := messages.Index(i)
		if m.Get("type").String() != "error" {
			continue
		}
		line, column := m.Get("lineNum").Int(), m.Get("linePos").Int()
		fmt.Fprintf(&out, "\n%d:%d: %s", line, column, m.Get("message").String())
		if line >= 1 && line <= len(lines) {
			fmt.Fprintf(&out, "\n\t%s", strings.TrimSpace(lines[line-1]))
		}
	}
	return out.String()
}
