package client

import (
	"slices"
	"strings"
	"syscall/js"
	"testing"

	"unnoise/model/run"
	"unnoise/wasm/message"
)

// fakeWorker is a Worker that remembers what it is told and says what it is told
// to say.
const fakeWorker = `globalThis.Worker = class {
	static made = [];
	constructor(url) {
		if (Worker.refuse) throw new Error("refused");
		Worker.made.push(this);
		Object.assign(this, { url, listeners: {}, posted: [], ended: false });
	}
	addEventListener(kind, f) { this.listeners[kind] = f; }
	removeEventListener(kind) { delete this.listeners[kind]; }
	postMessage(data) { this.posted.push(data); }
	terminate() { this.ended = true; }
	say(data) { this.listeners.message?.({ data }); }
	fail() { this.listeners.error?.({ preventDefault() {} }); }
}`

// rig is a client with fake workers.
type rig struct {
	*testing.T
	client *Client
	heard  []message.Message
	loads  []int64
}

func newRig(t *testing.T, tier message.Tier) *rig {
	t.Helper()
	js.Global().Call("eval", fakeWorker)
	r := &rig{T: t}
	r.client = New(Options{
		Worker: "worker.js", Tier: tier,
		OnMessage: func(m message.Message) { r.heard = append(r.heard, m) },
		OnLoading: func(done, _ int64) { r.loads = append(r.loads, done) },
	})
	return r
}

// worker is the n-th worker made.
func (r *rig) worker(n int) js.Value {
	r.Helper()
	made := js.Global().Get("Worker").Get("made")
	if n >= made.Length() {
		r.Fatalf("only %d workers were made", made.Length())
	}
	return made.Index(n)
}

// says has worker n send an engine's message.
func (r *rig) says(n int, m message.Message) {
	r.Helper()
	wire := js.Global().Get("Object").New()
	capture := js.FuncOf(func(_ js.Value, args []js.Value) any { wire = args[0]; return nil })
	defer capture.Release()
	if err := message.Post(js.ValueOf(map[string]any{"postMessage": capture}), m); err != nil {
		r.Fatal(err)
	}
	r.worker(n).Call("say", wire)
}

// told lists the kinds of the messages that worker n has been sent.
func (r *rig) told(n int) []string {
	var kinds []string
	posted := r.worker(n).Get("posted")
	for i := range posted.Length() {
		if kind := posted.Index(i).Get("kind"); kind.Truthy() {
			kinds = append(kinds, kind.String())
		}
	}
	return kinds
}

func (r *rig) expectTold(n int, want ...string) {
	r.Helper()
	if got := r.told(n); !slices.Equal(got, want) {
		r.Fatalf("worker %d was told %v, expected %v", n, got, want)
	}
}

// expectHeard takes what the page has heard.
func expectHeard[M message.Message](r *rig) M {
	r.Helper()
	if len(r.heard) == 0 {
		r.Fatal("the page heard nothing")
	}
	m, ok := r.heard[0].(M)
	if !ok {
		r.Fatalf("the page heard %T %+v", r.heard[0], r.heard[0])
	}
	r.heard = r.heard[1:]
	return m
}

func (r *rig) expectSilence() {
	r.Helper()
	if len(r.heard) != 0 {
		r.Fatalf("the page heard %T %+v", r.heard[0], r.heard[0])
	}
}

var (
	load = message.Load{ID: "fashion", URL: "fashion.gguf"}
	spec = run.Default()
)

// upToRun brings worker 0 to a run of a loaded model.
func upToRun(r *rig, tier message.Tier) {
	r.Helper()
	r.client.Load(load)
	r.client.Run(message.Run{RunID: 1, Spec: spec})
	r.expectTold(0) // it does not listen yet
	r.says(0, &message.Listening{})
	r.expectTold(0, "open", "load", "run")
	r.says(0, &message.Ready{Tier: tier, Reason: "A reason."})
	expectHeard[*message.Ready](r)
	r.says(0, &message.Loaded{ID: "fashion"})
	expectHeard[*message.Loaded](r)
	r.says(0, &message.Step{RunID: 1, Xt: []float32{1, 2}, Pred: []float32{3, 4}})
	if step := expectHeard[*message.Step](r); !slices.Equal(step.Pred, []float32{3, 4}) {
		r.Errorf("got %+v", step)
	}
	r.expectSilence()
}

func TestCancelEndsTheWorkerOnTheCPU(t *testing.T) {
	r := newRig(t, message.TierCPU)
	module := js.Global().Get("Object").New()
	r.worker(0).Call("say", map[string]any{"module": module})
	upToRun(r, message.TierCPU)
	r.client.Cancel()
	if !r.worker(0).Get("ended").Bool() {
		t.Error("the worker goes on")
	}
	if m := expectHeard[*message.Cancelled](r); m.RunID != 1 {
		t.Errorf("got %+v", m)
	}
	if !r.worker(1).Get("posted").Index(0).Get("module").Equal(module) {
		t.Error("the next worker compiles the program again")
	}
	r.says(1, &message.Listening{})
	r.expectTold(1, "open", "load")
	r.says(1, &message.Ready{Tier: message.TierCPU, Reason: "A reason."})
	r.says(1, &message.Progress{ModelID: "fashion"})
	r.says(1, &message.Loaded{ID: "fashion"})
	r.expectSilence() // the page has heard all that
	r.client.Run(message.Run{RunID: 2, Spec: spec})
	r.expectTold(1, "open", "load", "run")
	r.says(0, &message.Step{RunID: 1})
	r.expectSilence() // from the ended worker
}

func TestCancelAsksTheGPU(t *testing.T) {
	r := newRig(t, message.TierWebGPU)
	upToRun(r, message.TierWebGPU)
	r.client.Cancel()
	r.expectTold(0, "open", "load", "run", "cancel")
	r.expectSilence()
	r.says(0, &message.Cancelled{RunID: 1})
	expectHeard[*message.Cancelled](r)
	r.client.Cancel() // nothing to cancel
	r.expectTold(0, "open", "load", "run", "cancel")
}

func TestAnotherRunReplacesTheFirst(t *testing.T) {
	r := newRig(t, message.TierWebGPU)
	upToRun(r, message.TierWebGPU)
	r.client.Run(message.Run{RunID: 2, Spec: spec})
	r.expectTold(0, "open", "load", "run", "cancel", "run")
	r.says(0, &message.Cancelled{RunID: 1})
	expectHeard[*message.Cancelled](r)
	r.client.Cancel()
	r.expectTold(0, "open", "load", "run", "cancel", "run", "cancel")
}

func TestCrash(t *testing.T) {
	r := newRig(t, message.TierCPU)
	upToRun(r, message.TierCPU)
	r.worker(0).Call("say", map[string]any{"ended": "The engine stopped."})
	if m := expectHeard[*message.Error](r); !m.Fatal || m.RunID != 1 || m.ModelID != "" || m.Message != "The engine stopped." {
		t.Errorf("got %+v", m)
	}
	if n := js.Global().Get("Worker").Get("made").Length(); n != 1 {
		t.Errorf("%d workers before anything is wanted", n)
	}
	r.client.Run(message.Run{RunID: 2, Spec: spec})
	r.says(1, &message.Listening{})
	r.expectTold(1, "open", "load", "run")
	r.expectSilence()
}

func TestFailureToStart(t *testing.T) {
	r := newRig(t, message.TierCPU)
	r.client.Load(load)
	r.worker(0).Call("fail")
	if m := expectHeard[*message.Error](r); !m.Fatal || m.ModelID != "fashion" {
		t.Errorf("got %+v", m)
	}
	js.Global().Get("Worker").Set("refuse", true)
	r.client.Load(load)
	if m := expectHeard[*message.Error](r); !m.Fatal || !strings.Contains(m.Message, "refused") {
		t.Errorf("got %+v", m)
	}
	js.Global().Get("Worker").Set("refuse", false)
	r.client.Load(load)
	r.says(1, &message.Listening{})
	r.expectTold(1, "open", "load")
}

func TestStaleWorker(t *testing.T) {
	r := newRig(t, message.TierCPU)
	r.worker(0).Call("say", map[string]any{"unnoise": "stale", "kind": "listening", "body": "{}"})
	m := expectHeard[*message.Error](r)
	if !m.Fatal || !strings.Contains(m.Message, "versions") || m.Hint != hintReload {
		t.Errorf("got %+v", m)
	}
	if !r.worker(0).Get("ended").Bool() {
		t.Error("the worker goes on")
	}
}

func TestFailedLoadIsNotRepeated(t *testing.T) {
	r := newRig(t, message.TierCPU)
	r.client.Load(load)
	r.says(0, &message.Listening{})
	r.says(0, &message.Error{ModelID: "fashion", Message: "No."})
	expectHeard[*message.Error](r)
	r.worker(0).Call("say", map[string]any{"ended": "The engine stopped."})
	if m := expectHeard[*message.Error](r); m.ModelID != "" {
		t.Errorf("got %+v", m)
	}
	r.client.Run(message.Run{RunID: 1, Spec: spec})
	r.says(1, &message.Listening{})
	r.expectTold(1, "open", "run")
}

func TestTakesOverAnEarlyWorker(t *testing.T) {
	js.Global().Call("eval", fakeWorker)
	js.Global().Call("eval", `{
		const worker = new Worker("early");
		worker.onmessage = () => { throw new Error("still heard by the loader"); };
		globalThis.unnoiseEarly = { engine: { worker, said: [{ loading: { done: 1, total: 2 } }] } };
	}`)
	r := &rig{T: t}
	wait := make(chan struct{})
	r.client = New(Options{Worker: "worker.js", Tier: message.TierCPU,
		OnMessage: func(m message.Message) { r.heard = append(r.heard, m) },
		OnLoading: func(done, _ int64) { r.loads = append(r.loads, done); close(wait) },
	})
	if len(r.loads) != 0 {
		t.Error("heard before New returned")
	}
	<-wait
	if n := js.Global().Get("Worker").Get("made").Length(); n != 1 {
		t.Errorf("%d workers", n)
	}
	if !r.worker(0).Get("onmessage").IsNull() {
		t.Error("the loader still listens")
	}
	upToRun(r, message.TierCPU)
	r.client.Cancel()
	expectHeard[*message.Cancelled](r)
	if url := r.worker(1).Get("url").String(); url != "worker.js" {
		t.Errorf("the next worker is %s", url)
	}
}

func TestLoadingProgress(t *testing.T) {
	r := newRig(t, message.TierCPU)
	r.worker(0).Call("say", map[string]any{"loading": map[string]any{"done": 10, "total": 20}})
	if !slices.Equal(r.loads, []int64{10}) {
		t.Errorf("got %v", r.loads)
	}
	r.expectSilence()
}

func TestTierOfAddress(t *testing.T) {
	for address, want := range map[string]message.Tier{
		"http://x/?tier=cpu#seed=1": message.TierCPU,
		"http://x/":                 message.TierAny,
		"http://x/?other=1":         message.TierAny,
	} {
		js.Global().Set("location", map[string]any{"href": address})
		if got := message.Tier(ofAddress("tier")); got != want {
			t.Errorf("%s: got %q, expected %q", address, got, want)
		}
	}
	js.Global().Delete("location")
}
