package bench

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"unnoise/model/graph"
)

// Roofline is what a device can do at best, measured (Williams, Waterman & Patterson
// 2009, doi:10.1145/1498765.1498785).
type Roofline struct {
	FMAPerSecond   float64 `json:"fma_per_s"`   // float32 operations, two for each fused multiply-add
	BytesPerSecond float64 `json:"bytes_per_s"` // of a copy, read and written
}

// Dispatch is one dispatch of a step: what it does and how long that took.
type Dispatch struct {
	Node, Kernel string // the graph's node, and the kernel, as gpu.Kernel.Key has it
	Operations   float64
	Bytes        int64 // read and written, each buffer once
	Took         time.Duration
}

// Op is all dispatches of one kernel for one kind of operation in a step.
type Op struct {
	Kind          string  `json:"kind"`   // of the graph's operation, "conv2d"
	Kernel        string  `json:"kernel"` // its stem, "winograd_input"
	Dispatches    int     `json:"dispatches"`
	Ms            float64 `json:"ms"`
	Percent       float64 `json:"percent_of_step"`
	GFLOPS        float64 `json:"gflops"`
	GBPerSecond   float64 `json:"gb_per_s"`
	Intensity     float64 `json:"flop_per_byte"`
	Bound         string  `json:"bound"`           // "arithmetic" or "memory"
	PercentOfPeak float64 `json:"percent_of_peak"` // over 100 where caches serve what the copy took from memory
}

// Ops sums the dispatches of a step by kernel and kind of operation, the longest first.
//
// An op's least time is that of its operations at the FMA peak or of its bytes at the
// bandwidth of a copy, whichever is longer; that is what bounds it, and PercentOfPeak
// is the least time over the measured one.
func Ops(g *graph.Graph, dispatches []Dispatch, roof Roofline) []Op {
	kinds := map[string]string{}
	for _, n := range g.Nodes {
		kinds[n.Label] = n.Op.Kind()
	}
	type key struct{ kind, kernel string }
	index := map[key]int{}
	var ops []Op
	var work []Dispatch // summed, beside ops
	var total time.Duration
	for _, d := range dispatches {
		stem := d.Kernel
		if end := strings.IndexAny(stem, "( "); end > 0 { // its tunables, its form
			stem = stem[:end]
		}
		k := key{cmp.Or(kinds[d.Node], stem), stem}
		i, ok := index[k]
		if !ok {
			i = len(ops)
			index[k] = i
			ops = append(ops, Op{Kind: k.kind, Kernel: k.kernel})
			work = append(work, Dispatch{})
		}
		ops[i].Dispatches++
		work[i].Operations += d.Operations
		work[i].Bytes += d.Bytes
		work[i].Took += d.Took
		total += d.Took
	}
	for i := range ops {
		ops[i].rate(work[i], total, roof)
	}
	slices.SortStableFunc(ops, func(a, b Op) int { return cmp.Compare(b.Ms, a.Ms) })
	return ops
}

// rate fills in what follows from the work done and the time it took.
func (o *Op) rate(work Dispatch, total time.Duration, roof Roofline) {
	seconds := work.Took.Seconds()
	o.Ms = seconds * 1e3
	if total > 0 {
		o.Percent = 100 * seconds / total.Seconds()
	}
	arithmetic, memory := work.Operations/roof.FMAPerSecond, float64(work.Bytes)/roof.BytesPerSecond
	o.Bound = "memory"
	if arithmetic > memory {
		o.Bound = "arithmetic"
	}
	if work.Bytes > 0 {
		o.Intensity = work.Operations / float64(work.Bytes)
	}
	if seconds > 0 {
		o.GFLOPS = work.Operations / seconds / 1e9
		o.GBPerSecond = float64(work.Bytes) / seconds / 1e9
		o.PercentOfPeak = 100 * max(arithmetic, memory) / seconds
	}
}
