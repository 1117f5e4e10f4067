package main

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"unnoise/model/catalog"
	"unnoise/model/cpu"
	"unnoise/model/exhibit"
	"unnoise/model/gguf"
	"unnoise/model/graph"
	"unnoise/model/weights"
	"unnoise/wasm/dom"
	"unnoise/wasm/hall/visit"
)

// guide runs exhibits in the page's own program, on the CPU.
type guide struct {
	add    func(any)
	env    *exhibit.Env
	orders chan exhibit.Order
	cancel context.CancelFunc
	ended  chan struct{}
}

func newGuide(add func(any)) *guide {
	g := &guide{add: add, orders: make(chan exhibit.Order, 64), cancel: func() {}}
	g.env = exhibit.NewEnv(local{g.orders})
	add(visit.Ready{Kind: "cpu", Text: "CPU", Why: "Exhibits are computed by the page itself.", Slow: true})
	return g
}

// Run implements visit.Guide.
func (g *guide) Run(id int, state exhibit.State) {
	g.cancel()
	before, ended := g.ended, make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	g.cancel, g.ended = cancel, ended
	go func() {
		defer close(ended)
		if before != nil {
			<-before
		}
		start := time.Now()
		paused := start
		err := state.Exhibit().Run(ctx, g.env, state, func(f exhibit.Frame) {
			g.add(visit.Came{RunID: id, Frame: f})
			if time.Since(paused) > 30*time.Millisecond {
				time.Sleep(time.Millisecond)
				paused = time.Now()
			}
		})
		switch {
		case err == nil:
			g.add(visit.Done{RunID: id, Seconds: time.Since(start).Seconds()})
		case errors.Is(err, context.Canceled):
			g.add(visit.Cancelled{RunID: id})
		default:
			g.add(visit.Broke{RunID: id, Message: "The exhibit could not be computed: " + err.Error() + "."})
		}
	}()
}

// Cancel implements visit.Guide.
func (g *guide) Cancel() { g.cancel() }

// Order implements visit.Guide.
func (g *guide) Order(_ int, o exhibit.Order) {
	select {
	case g.orders <- o:
	default:
	}
}

// local is an exhibit.Host.
type local struct{ orders chan exhibit.Order }

func (l local) Orders() <-chan exhibit.Order { return l.orders }

func (local) Compile(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }

func (l local) Weights(ctx context.Context, model string) (*weights.Set, error) {
	list, err := l.File(ctx, "models/index.json")
	if err != nil {
		return nil, err
	}
	c, err := catalog.Parse(list)
	if err != nil {
		return nil, err
	}
	m, err := c.Find(model)
	if err != nil {
		return nil, err
	}
	data, err := l.File(ctx, "models/"+m.File)
	if err != nil {
		return nil, err
	}
	return gguf.Read(data)
}

func (local) File(_ context.Context, path string) ([]byte, error) {
	type answer struct {
		data []byte
		err  error
	}
	got := make(chan answer, 1)
	fail := func(message string) { got <- answer{nil, fmt.Errorf("%s could not be loaded: %s", path, message)} }
	dom.Then(js.Global().Call("fetch", path), func(r js.Value) {
		if !r.Get("ok").Bool() {
			fail(r.Get("statusText").String())
			return
		}
		dom.Then(r.Call("arrayBuffer"), func(b js.Value) {
			array := js.Global().Get("Uint8Array").New(b)
			data := make([]byte, array.Length())
			js.CopyBytesToGo(data, array)
			got <- answer{data, nil}
		}, fail)
	}, fail)
	a := <-got
	return a.data, a.err
}
