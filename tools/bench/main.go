// Command bench measures one engine and prints a row of JSON per line: how fast a
// step of the shipped model is, how much of the adapter's peak the largest
// convolution reaches, what a step costs the host, and what each kernel of a step of
// the reference network takes.
//
// Built for js/wasm it measures the WebGPU executor on the adapter that Node's
// Dawn gives it, otherwise the CPU executor. With -serve it runs single steps of the
// reference network for engines/unnoise.mjs, which times it beside other engines.
// bench.mjs builds and runs both on every adapter, prints the tables and writes
// latest.json.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"time"

	"unnoise/model/bench"
	"unnoise/model/gguf"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

var (
	model   = flag.String("model", "web/models/fashion.gguf", "GGUF file; weights of the same shape are drawn where it is missing or empty")
	adapter = flag.String("adapter", "cpu", "the adapter's name in the rows")
	repeats = flag.Int("repeats", 5, "measured runs")
	budget  = flag.Duration("budget", 20*time.Second, "no more than this for the runs of one row")
	tune    = flag.Duration("tune", 20*time.Second, "how long to measure configurations for each batch (WebGPU)")
	host    = flag.Bool("host-only", false, "measure the host's work alone (WebGPU)")
	quick   = flag.Bool("quick", false, "batch 1 and a short tuning alone")
	serve   = flag.Bool("serve", false, "run single steps of the reference network for JavaScript (WebGPU)")
)

func main() {
	flag.Parse()
	if *quick {
		*repeats, *tune, *budget = 3, 5*time.Second, 5*time.Second
	}
	if err := measure(context.Background(), *adapter); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// emit prints a row.
func emit(r bench.Row) {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers and strings
	}
	fmt.Println(string(text))
}

// batches are the numbers of pictures that a step of the shipped model is measured with.
func batches() []int {
	if *quick {
		return []int{1}
	}
	return []int{1, 16}
}

func runs() bench.Repeats { return bench.Repeats{Most: *repeats, Budget: *budget} }

// network is the shipped model, or its golden twin with drawn weights.
func network() (set *weights.Set, note string, err error) {
	if *model != "" {
		data, err := os.ReadFile(*model)
		if err == nil {
			set, err = gguf.Read(data)
			return set, "", err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, "", err
		}
	}
	golden, err := unettest.Load("fashion")
	if err != nil {
		return nil, "", err
	}
	set, err = golden.Weights()
	return set, "drawn weights", err
}

// pictureSize is the height and width of the model's pictures.
func pictureSize(set *weights.Set) (height, width int, err error) {
	config, err := unet.ParseConfig(set.Config)
	if err != nil {
		return 0, 0, err
	}
	return config.SampleSize.Height, config.SampleSize.Width, nil
}

// largestConv is the convolution of a graph with the most operations, and the
// shape of its input.
func largestConv(g *graph.Graph) (op graph.Conv2D, in []int, label string) {
	var most int
	for _, n := range g.Nodes {
		conv, ok := n.Op.(graph.Conv2D)
		if !ok {
			continue
		}
		if work := g.Shape(n.Out).Elems() * conv.Weight.Cols(); work > most {
			most, op, in, label = work, conv, g.Shape(n.In[0]), n.Label
		}
	}
	return op, in, label
}

// convGraph computes the same convolution a number of times, each of the result of the
// one before where the shapes allow, so that an executor can leave none out.
func convGraph(op graph.Conv2D, in []int, times int) (*graph.Graph, error) {
	b := graph.NewBuilder()
	x := b.Input("x", in...)
	y := x
	for i := range times {
		if y = b.Apply("conv", op, x); b.Shape(y).Equal(b.Shape(x)) {
			x = y
		} else {
			b.Output(fmt.Sprint("y", i), y)
		}
	}
	if y == x {
		b.Output("y", y)
	}
	return b.Build()
}
