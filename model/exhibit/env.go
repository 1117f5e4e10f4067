package exhibit

import (
	"context"
	"fmt"

	"unnoise/model/architecture"
	"unnoise/model/catalog"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/weights"
)

// Host is the world that exhibits run in: a page's worker, the command line, a test.
type Host interface {
	// Weights reads a model of the catalogue, checked against its hash.
	Weights(ctx context.Context, model string) (*weights.Set, error)
	// File reads a file of the site, such as "data/fashion.json".
	File(ctx context.Context, path string) ([]byte, error)
	// Compile makes a graph ready to run on the host's executor.
	Compile(ctx context.Context, g *graph.Graph) (graph.Program, error)
	// Orders is what the visitor wants of the running exhibit; nil where nobody does.
	Orders() <-chan Order
}

// Order is a pressed Button, whose Value is empty, or the new value of a Live control.
type Order struct{ Control, Value string }

// Env is what an exhibit gets of the world: a Host, and what was loaded before, so
// that a new run of the same models starts at once. It is used by one run at a time.
type Env struct {
	Host
	sets     map[string]*weights.Set
	networks map[string]*network
	sheets   map[string]*Sheet
	catalog  *catalog.Catalog // nil until it is asked for
	used     []string         // models asked for since a run began: see TellTraining
}

type network struct {
	*run.Network
	info run.Info
}

// NewEnv returns an Env of a host.
func NewEnv(host Host) *Env {
	return &Env{Host: host, sets: map[string]*weights.Set{}, networks: map[string]*network{}, sheets: map[string]*Sheet{}}
}

// Weights reads a model of the catalogue, once.
func (e *Env) Weights(ctx context.Context, model string) (*weights.Set, error) {
	e.use(model)
	if set, ok := e.sets[model]; ok {
		return set, nil
	}
	set, err := e.Host.Weights(ctx, model)
	if err != nil {
		return nil, err
	}
	e.sets[model] = set
	return set, nil
}

// Network is a U-Net of the catalogue, ready to be asked. Its programs are compiled
// when a batch size is first used, and kept.
func (e *Env) Network(ctx context.Context, model string) (*run.Network, run.Info, error) {
	e.use(model)
	if n, ok := e.networks[model]; ok {
		return n.Network, n.info, nil
	}
	set, err := e.Weights(ctx, model)
	if err != nil {
		return nil, run.Info{}, err
	}
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		return nil, run.Info{}, fmt.Errorf("model %q: %w", model, err)
	}
	compile := func(batch int, backward bool) (graph.Program, error) {
		g, err := architecture.All.Build(set, batch, info.Height, info.Width)
		if err == nil && backward {
			g, err = run.WithGradient(g)
		}
		if err != nil {
			return nil, err
		}
		return e.Compile(context.WithoutCancel(ctx), g)
	}
	n := run.NewNetwork(info, func(batch int) (graph.Program, error) { return compile(batch, false) })
	n.CompileVJP = func(batch int) (graph.Program, error) { return compile(batch, true) }
	e.networks[model] = &network{n, info}
	return n, info, nil
}

// Close frees the programs. The Env is empty then, and may be used again: after the
// loss of a device, for another one.
func (e *Env) Close() {
	for _, n := range e.networks {
		n.Close()
	}
	clear(e.networks)
}
