package guide

import (
	"context"
	"slices"
	"syscall/js"
	"testing"
	"time"

	"unnoise/model/exhibit"
	"unnoise/wasm/message"
	"unnoise/wasm/message/show"
	"unnoise/wasm/wire"
)

// fakeWorker is a Worker that remembers what it is told.
const fakeWorker = `globalThis.Worker = class {
	static made = [];
	constructor(url, options) {
		if (Worker.refuse) throw new Error("refused");
		Worker.made.push(this);
		Object.assign(this, { url, name: options.name, listeners: {}, posted: [], ended: false });
	}
	addEventListener(kind, f) { this.listeners[kind] = f; }
	removeEventListener(kind) { delete this.listeners[kind]; }
	postMessage(data) { this.posted.push(data); }
	terminate() { this.ended = true; }
	say(data) { this.listeners.message?.({ data }); }
	fail() { this.listeners.error?.({ preventDefault() {} }); }
}`

// rig is a guide with fake workers.
type rig struct {
	*testing.T
	guide *Guide
	heard []wire.Message
	loads []int64
}

func newRig(t *testing.T) *rig {
	t.Helper()
	js.Global().Call("eval", fakeWorker)
	r := &rig{T: t}
	r.guide = New(Options{
		Worker: "worker.js", Tier: message.TierCPU,
		OnMessage: func(m wire.Message) { r.heard = append(r.heard, m) },
		OnLoading: func(done, _ int64) { r.loads = append(r.loads, done) },
	})
	return r
}

func (r *rig) workers() int { return js.Global().Get("Worker").Get("made").Length() }

func (r *rig) worker(n int) js.Value {
	r.Helper()
	if n >= r.workers() {
		r.Fatalf("only %d workers were made", r.workers())
	}
	return js.Global().Get("Worker").Get("made").Index(n)
}

// says has worker n send a guide's message.
func (r *rig) says(n int, m wire.Message) {
	r.Helper()
	var sent js.Value
	capture := js.FuncOf(func(_ js.Value, args []js.Value) any { sent = args[0]; return nil })
	defer capture.Release()
	if err := show.Protocol.Post(js.ValueOf(map[string]any{"postMessage": capture}), m); err != nil {
		r.Fatal(err)
	}
	r.worker(n).Call("say", sent)
}

func (r *rig) expectTold(n int, want ...string) {
	r.Helper()
	var kinds []string
	for posted, i := r.worker(n).Get("posted"), 0; i < posted.Length(); i++ {
		if kind := posted.Index(i).Get("kind"); kind.Truthy() {
			kinds = append(kinds, kind.String())
		}
	}
	if !slices.Equal(kinds, want) {
		r.Fatalf("worker %d was told %v, expected %v", n, kinds, want)
	}
}

// expectHeard requires that the page has heard messages of these kinds since the last
// time, and returns the last.
func (r *rig) expectHeard(want ...string) wire.Message {
	r.Helper()
	var kinds []string
	var last wire.Message
	for _, m := range r.heard {
		kinds, last = append(kinds, m.Kind()), m
	}
	if r.heard = nil; !slices.Equal(kinds, want) {
		r.Fatalf("the page heard %v, expected %v", kinds, want)
	}
	return last
}

func state(t *testing.T, seed string) exhibit.State {
	t.Helper()
	e := &exhibit.Exhibit{ID: "x", Controls: []exhibit.Control{exhibit.SeedControl()},
		Run: func(context.Context, *exhibit.Env, exhibit.State, func(exhibit.Frame)) error { return nil }}
	s, err := exhibit.NewState(e, map[string]string{"seed": seed})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// upToRun brings worker 0 to run 1.
func upToRun(r *rig) {
	r.Helper()
	r.guide.Run(1, state(r.T, "7"))
	r.expectTold(0) // it does not listen yet
	r.says(0, &show.Listening{})
	r.expectTold(0, "open", "run")
	run := r.worker(0).Get("posted").Index(2)
	if m, err := show.Protocol.Receive(run); err != nil || m.(*show.Run).Exhibit != "x" || m.(*show.Run).Values["seed"] != "7" {
		r.Errorf("the worker is asked for %+v, %v", m, err)
	}
	ready := &show.Ready{}
	ready.Tier = message.TierCPU
	r.says(0, ready)
	r.says(0, &show.Frame{RunID: 1})
	r.expectHeard("ready", "frame")
}

func TestARunToItsEnd(t *testing.T) {
	r := newRig(t)
	if name := r.worker(0).Get("name").String(); name != "guide" {
		t.Errorf("the worker runs %q", name)
	}
	r.worker(0).Call("say", map[string]any{"loading": map[string]any{"done": 10, "total": 20}})
	if !slices.Equal(r.loads, []int64{10}) {
		t.Errorf("loaded %v", r.loads)
	}
	upToRun(r)
	r.guide.Order(exhibit.Order{Control: "go"})
	r.expectTold(0, "open", "run", "order")
	r.says(0, &show.Done{RunID: 1})
	r.expectHeard("done")
	if r.guide.Running() {
		t.Error("it still runs")
	}
	r.guide.Order(exhibit.Order{Control: "go"})
	r.guide.Cancel()
	r.expectTold(0, "open", "run", "order")
	r.expectHeard()
}

func TestANewRunCancelsTheOneBefore(t *testing.T) {
	r := newRig(t)
	upToRun(r)
	r.guide.Run(2, state(t, "8"))
	r.expectTold(0, "open", "run", "cancel", "run")
	r.says(0, &show.Frame{RunID: 1}) // it has not heard yet
	r.says(0, &show.Cancelled{RunID: 1})
	r.expectHeard()
	r.says(0, &show.Frame{RunID: 2})
	r.expectHeard("frame")
	time.Sleep(patience + 100*time.Millisecond)
	if r.workers() != 1 {
		t.Error("the worker that answered was replaced")
	}
}

func TestAWorkerThatDoesNotAnswerIsReplaced(t *testing.T) {
	r := newRig(t)
	module := js.Global().Get("Object").New()
	r.worker(0).Call("say", map[string]any{"module": module})
	upToRun(r)
	r.guide.Cancel()
	r.expectHeard("cancelled")
	r.guide.Run(2, state(t, "8"))
	time.Sleep(patience + 100*time.Millisecond)
	if !r.worker(0).Get("ended").Bool() {
		t.Fatal("the worker lives on")
	}
	if given := r.worker(1).Get("posted").Index(0).Get("module"); !given.Equal(module) {
		t.Error("the program is compiled again")
	}
	r.says(1, &show.Listening{})
	r.expectTold(1, "open", "run")
	ready := &show.Ready{}
	ready.Tier = message.TierCPU
	r.says(1, ready)
	r.says(1, &show.Done{RunID: 2})
	r.expectHeard("done") // it is ready as the one before was
}

func TestAWorkerThatStopsIsReportedOnce(t *testing.T) {
	r := newRig(t)
	upToRun(r)
	r.worker(0).Call("say", map[string]any{"ended": "The engine stopped."})
	if m := r.expectHeard("error").(*show.Error); !m.Fatal || m.RunID != 1 || m.Hint != hintAgain {
		t.Errorf("got %+v", m)
	}
	r.guide.Cancel()
	r.expectHeard()
	r.guide.Run(2, state(t, "8"))
	r.says(1, &show.Listening{})
	r.expectTold(1, "open", "run")
	r.worker(1).Call("fail")
	r.expectHeard("error")
}

func TestAnotherVersionIsTold(t *testing.T) {
	r := newRig(t)
	r.worker(0).Call("say", map[string]any{"unnoise": "stale", "kind": "listening", "body": "{}"})
	if m := r.expectHeard("error").(*show.Error); !m.Fatal || m.Hint != hintReload {
		t.Errorf("got %+v", m)
	}
}

func TestTakesOverAnEarlyWorker(t *testing.T) {
	js.Global().Call("eval", fakeWorker)
	js.Global().Call("eval", `{
		const worker = new Worker("early", { name: "guide" });
		worker.onmessage = () => { throw new Error("still heard by the loader"); };
		worker.postMessage({});
		globalThis.unnoiseEarly = { guide: { worker, said: [{ loading: { done: 1, total: 2 } }] } };
	}`)
	r := &rig{T: t}
	wait := make(chan struct{})
	r.guide = New(Options{Worker: "worker.js", Tier: message.TierCPU,
		OnMessage: func(m wire.Message) { r.heard = append(r.heard, m) },
		OnLoading: func(done, _ int64) { r.loads = append(r.loads, done); close(wait) },
	})
	<-wait
	if n := r.workers(); n != 1 || !r.worker(0).Get("onmessage").IsNull() {
		t.Errorf("%d workers, heard by the loader still: %v", n, !r.worker(0).Get("onmessage").IsNull())
	}
	upToRun(r)
	r.worker(0).Call("fail")
	r.guide.Run(2, state(t, "8"))
	if url := r.worker(1).Get("url").String(); url != "worker.js" {
		t.Errorf("the next worker is %s", url)
	}
}

func TestNoWorkers(t *testing.T) {
	js.Global().Call("eval", fakeWorker)
	js.Global().Get("Worker").Set("refuse", true)
	var heard []wire.Message
	New(Options{Worker: "worker.js", OnMessage: func(m wire.Message) { heard = append(heard, m) }})
	if len(heard) != 1 || !heard[0].(*show.Error).Fatal {
		t.Errorf("heard %v", heard)
	}
}
