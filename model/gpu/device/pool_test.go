//go:build js && wasm

package device

import (
	"testing"

	"github.com/cogentcore/webgpu/wgpu"
)

// TestPool takes parts of which some exist: the new ones lie side by side, but for those
// that want a buffer of their own, and a buffer lives until its last part is released.
func TestPool(t *testing.T) {
	d := open(t)
	var sizes []int
	create := func(label string, sizeBytes int) *wgpu.Buffer {
		sizes = append(sizes, sizeBytes)
		return d.Buffer(label, sizeBytes, wgpu.BufferUsageStorage)
	}
	var pool Pool
	first, found := pool.Take([]Part{{Key: 1, SizeBytes: 16}, {Key: 2, SizeBytes: 300}, {Key: 3, SizeBytes: 16, Apart: true}, {Key: 4, SizeBytes: slabBytes}}, create)
	for i, there := range found {
		if there {
			t.Errorf("part %d was there already", i)
		}
	}
	if first[0].Buffer != first[1].Buffer || first[2].Buffer == first[1].Buffer || first[3].Buffer == first[2].Buffer {
		t.Error("the first two parts do not share a buffer, or the others do")
	}
	if first[0].OffsetBytes != 0 || first[1].OffsetBytes != 256 || first[2].OffsetBytes != 0 || first[3].OffsetBytes != 0 {
		t.Errorf("the parts begin at %d, %d, %d and %d", first[0].OffsetBytes, first[1].OffsetBytes, first[2].OffsetBytes, first[3].OffsetBytes)
	}
	if len(sizes) != 3 || sizes[0] != 556 || sizes[1] != 16 || sizes[2] != slabBytes {
		t.Errorf("the buffers have %v bytes", sizes)
	}
	second, found := pool.Take([]Part{{Key: 2, SizeBytes: 300}, {Key: 5, SizeBytes: 16}}, create)
	if !found[0] || found[1] || second[0] != first[1] || second[1].Buffer == first[1].Buffer {
		t.Error("the second time, a part that is there is not found, or a new one is")
	}
	for _, one := range first {
		one.Release()
	}
	if held, found := pool.Take([]Part{{Key: 2}, {Key: 1, SizeBytes: 16}}, create); !found[0] || found[1] || held[0].slab.users != 1 {
		t.Error("a part that is still held was given up, or one that was released was kept")
	}
	if len(sizes) != 5 {
		t.Errorf("%d buffers were made, expected 5", len(sizes))
	}
}
