//go:build js && wasm

package device

import (
	"errors"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/cogentcore/webgpu/wgpu"
)

func open(t *testing.T) *Device {
	t.Helper()
	d, err := Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestOpenDescribesTheAdapter(t *testing.T) {
	d := open(t)
	defer d.Destroy()
	t.Logf("%s: %+v %+v %+v", d.Info.Name(), d.Info, d.Features, d.Limits)
	if d.Info.Name() == "unnamed adapter" {
		t.Error("the adapter has no name")
	}
	if d.Limits.StorageBindingBytes < 128<<20 {
		t.Errorf("a binding holds %d bytes, the default limit is 128 MiB", d.Limits.StorageBindingBytes)
	}
}

func TestPipelineReportsTheLine(t *testing.T) {
	d := open(t)
	defer d.Destroy()
	_, err := d.Pipeline("broken", "@compute @workgroup_size(1)\nfn main() { let x: u32 = 1.5; }")
	if err == nil {
		t.Fatal("a module with a type error compiled")
	}
	for _, part := range []string{"broken", "2:", "let x: u32 = 1.5;"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not mention %q", err, part)
		}
	}
	if _, err := d.Pipeline("empty", "@compute @workgroup_size(1) fn main() {}"); err != nil {
		t.Error(err)
	}
}

func TestScopeCatchesValidation(t *testing.T) {
	d := open(t)
	defer d.Destroy()
	err := d.Scope(func() {
		d.CreateBuffer(&wgpu.BufferDescriptor{Size: 16, Usage: wgpu.BufferUsageMapRead | wgpu.BufferUsageStorage})
	})
	if err == nil {
		t.Error("a mappable storage buffer was allowed")
	}
	if err := d.Scope(func() {}); err != nil {
		t.Error(err)
	}
}

func TestLoss(t *testing.T) {
	d := open(t)
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	d.Destroy()
	select {
	case <-d.Lost():
	case <-time.After(5 * time.Second):
		t.Fatal("no word of the loss after 5 s")
	}
	if !errors.Is(d.Err(), ErrLost) {
		t.Errorf("Err() = %v", d.Err())
	}
	if err := d.Scope(func() {}); !errors.Is(err, ErrLost) {
		t.Errorf("Scope: %v", err)
	}
	if _, err := d.Pipeline("late", ""); !errors.Is(err, ErrLost) {
		t.Errorf("Pipeline: %v", err)
	}
}

// TestScopeDoesNotWaitForEver has a device that never says whether calls were valid.
func TestScopeDoesNotWaitForEver(t *testing.T) {
	before := patience
	patience = 50 * time.Millisecond
	t.Cleanup(func() { patience = before })
	silent := js.Global().Get("Function").New("return new Promise(() => {})")
	d := open(t)
	d.JS.Set("popErrorScope", silent)
	if err := d.Scope(func() {}); !errors.Is(err, ErrSilent) || !strings.Contains(err.Error(), "50ms") {
		t.Errorf("a silent device: %v", err)
	}
	patience = time.Hour
	time.AfterFunc(50*time.Millisecond, d.Destroy)
	if err := d.Scope(func() {}); !errors.Is(err, ErrLost) {
		t.Errorf("a device lost while it is silent: %v", err)
	}
}
