// Command bench measures one engine and prints a row of JSON per line: how fast a
// step of the shipped model is, how much of the adapter's peak the largest
// convolution reaches, and what a step costs the host.
//
// Built for js/wasm it measures the WebGPU executor on the adapter that Node's
// Dawn gives it, otherwise the CPU executor. bench.mjs builds and runs both on
// every adapter, prints the table and writes latest.json.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"unnoise/model/gguf"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
	"unnoise/model/weights"
)

// row is one measurement.
type row struct {
	Case          string  `json:"case"`
	Batch         int     `json:"batch"`
	Adapter       string  `json:"adapter"` // "lavapipe", "swiftshader", "chromium" or "cpu"
	Engine        string  `json:"engine"`  // "unnoise-f32" or "unnoise-cpu"
	MsMedian      float64 `json:"ms_median"`
	MsMin         float64 `json:"ms_min"`
	Dispatches    int     `json:"dispatches,omitempty"`
	GFLOPS        float64 `json:"gflops,omitempty"`          // from ms_min, direct convolution
	PercentOfPeak float64 `json:"percent_of_peak,omitempty"` // of the adapter's FMA peak
	GBPerSecond   float64 `json:"gb_per_s,omitempty"`
	Note          string  `json:"note,omitempty"`
}

var (
	model   = flag.String("model", "web/models/fashion.gguf", "GGUF file; weights of the same shape are drawn where it is missing or empty")
	adapter = flag.String("adapter", "cpu", "the adapter's name in the rows")
	repeats = flag.Int("repeats", 5, "measured runs")
	tune    = flag.Duration("tune", 20*time.Second, "how long to measure configurations for each batch (WebGPU)")
	host    = flag.Bool("host-only", false, "measure the host's work alone (WebGPU)")
)

func main() {
	flag.Parse()
	if err := measure(context.Background(), *adapter); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func emit(r row) {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers and strings
	}
	fmt.Println(string(text))
}

// batches are the numbers of pictures that a step is measured with.
var batches = []int{1, 16}

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

// arrays are inputs of a step, constant, and room for its outputs.
func arrays(g *graph.Graph) (in, out [][]float32) {
	for _, p := range g.Inputs {
		values := make([]float32, g.Shape(p.Value).Elems())
		for i := range values {
			values[i] = 0.5
		}
		in = append(in, values)
	}
	for _, p := range g.Outputs {
		out = append(out, make([]float32, g.Shape(p.Value).Elems()))
	}
	return in, out
}

// times runs a program once to warm up and then repeatedly; milliseconds, sorted.
func times(ctx context.Context, p graph.Program, g *graph.Graph) ([]float64, error) {
	in, out := arrays(g)
	var ms []float64
	for i := range *repeats + 1 {
		begun := time.Now()
		if err := p.Run(ctx, in, out); err != nil {
			return nil, err
		}
		if i > 0 {
			ms = append(ms, time.Since(begun).Seconds()*1e3)
		}
	}
	slices.Sort(ms)
	return ms, nil
}

func median(sorted []float64) float64 { return sorted[len(sorted)/2] }

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

// convGraph computes the same convolution a number of times.
func convGraph(op graph.Conv2D, in []int, times int) (*graph.Graph, error) {
	b := graph.NewBuilder()
	x := b.Input("x", in...)
	var y graph.ID
	for range times {
		y = b.Apply("conv", op, x)
	}
	b.Output("y", y)
	return b.Build()
}
