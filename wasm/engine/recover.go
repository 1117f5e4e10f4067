//go:build js && wasm

package main

import (
	"context"

	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
	"unnoise/wasm/tier"
)

// open picks the tier and says so.
func (e *engine) open(m *message.Open) {
	e.precision = m.Precision
	e.use(tier.Open(context.Background(), m.Tier))
	ready := e.executor.Ready
	e.post(&ready)
}

// use makes x the executor, and has its device watched for while nothing runs.
func (e *engine) use(x *tier.Executor) {
	e.executor = x
	if x.Device == nil {
		return
	}
	go func() {
		<-x.Device.Lost()
		// A run notices for itself, and knows where to go on. A run that comes
		// now waits for the new device.
		if e.executor == x && e.idle() {
			e.start(job{}, func(context.Context) { e.rebuild(0, 0) })
		}
	}()
}

// rebuild replaces a lost device. The programs are compiled again, from the
// weights kept in memory, when they are next needed. runID and index say which
// run goes on, and where; 0 if none.
func (e *engine) rebuild(runID, index int) {
	lost := e.executor.Device.Err()
	e.post(&message.DeviceLost{Reason: obtain.Sentence(lost)})
	e.replace(e.executor.Reopen(context.Background()), runID, index)
}

// fallBack goes on without a GPU.
func (e *engine) fallBack(reason string, runID, index int) {
	e.replace(tier.OnCPU(reason), runID, index)
}

func (e *engine) replace(x *tier.Executor, runID, index int) {
	if e.model != nil {
		e.model.network.Close()
	}
	e.use(x)
	e.recall()
	e.post(&message.Rebuilt{Ready: x.Ready, RunID: runID, Index: index})
}
