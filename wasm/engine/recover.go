//go:build js && wasm

package main

import (
	"context"
	"fmt"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/wasm/message"
)

// reopenWaits are the pauses before each attempt to get a device back: a browser
// that has just lost its GPU process needs a moment.
var reopenWaits = []time.Duration{0, 200 * time.Millisecond, time.Second}

// open picks the tier and says so.
func (e *engine) open(m *message.Open) {
	e.precision = m.Precision
	e.use(openExecutor(context.Background(), m.Tier))
	ready := e.executor.ready
	e.post(&ready)
}

// use makes x the executor, and has its device watched for while nothing runs.
func (e *engine) use(x *executor) {
	e.executor = x
	if x.device == nil {
		return
	}
	go func() {
		<-x.device.Lost()
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
	lost := e.executor.device.Err()
	e.post(&message.DeviceLost{Reason: sentence(lost)})
	var dev *device.Device
	var err error
	for _, wait := range reopenWaits {
		time.Sleep(wait)
		if dev, err = device.Open(context.Background()); err == nil {
			break
		}
	}
	if err != nil {
		e.fallBack(fmt.Sprintf("Computing on the CPU: %s, and no other could be had (%s).", clause(lost), clause(err)), runID, index)
		return
	}
	e.replace(onDevice(dev), runID, index)
}

// fallBack goes on without a GPU.
func (e *engine) fallBack(reason string, runID, index int) {
	e.replace(onCPU(reason), runID, index)
}

func (e *engine) replace(x *executor, runID, index int) {
	if e.model != nil {
		e.model.network.Close()
	}
	e.use(x)
	e.recall()
	e.post(&message.Rebuilt{Ready: x.ready, RunID: runID, Index: index})
}
