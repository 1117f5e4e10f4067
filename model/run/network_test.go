package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/rng"
)

// program stands for a network: every value of its answer depends on the value
// itself, its place, the timestep and the class.
type program struct {
	info   Info
	batch  int
	closed *int
}

func (p program) Run(ctx context.Context, in, out [][]float32) error {
	c := p.info.Channels
	for i, x := range in[0] {
		k := i / p.info.Elems()
		value := 0.9*float64(x) + 0.01*float64(i%c) + 1e-4*float64(in[1][k])
		if p.info.NumClasses > 0 {
			value += 0.1 * float64(in[2][k])
		}
		if p.info.LearnedVariance { // the second half of the channels
			out[0][i/c*2*c+i%c] = float32(math.Tanh(value))
			out[0][i/c*2*c+c+i%c] = float32(value)
		} else {
			out[0][i] = float32(math.Tanh(value))
		}
	}
	return ctx.Err()
}

func (p program) Close() { *p.closed++ }

// network returns a Network over programs and the list of batch sizes compiled.
func network(info Info) (*Network, *[]int, *int) {
	var batches []int
	var closed int
	n := NewNetwork(info, func(batch int) (graph.Program, error) {
		batches = append(batches, batch)
		return program{info, batch, &closed}, nil
	})
	return n, &batches, &closed
}

func TestNetworkLayoutAndNullClass(t *testing.T) {
	info := Info{NumClasses: 3, Channels: 2, Height: 3, Width: 4}
	xs := make([]float32, 2*info.Elems())
	rng.New(0).Normal(xs)
	ts := []float64{10, 900}
	net, _, _ := network(info)
	out, err := net.Predict(context.Background(), xs, ts, diffusion.Cond{Class: []int{1, diffusion.NoClass}})
	if err != nil {
		t.Fatal(err)
	}
	plane := info.Height * info.Width
	for i, x := range xs {
		k, channel := i/info.Elems(), i/plane%info.Channels
		class := []float64{1, 3}[k] // the null class is the row after the last
		value := 0.9*float64(x) + 0.01*float64(channel) + 1e-4*ts[k] + 0.1*class
		if got, want := out.Pred[i], float32(math.Tanh(value)); got != want {
			t.Fatalf("value %d: got %v, expected %v", i, got, want)
		}
	}
}

func TestNetworkSaysTheVariance(t *testing.T) {
	info := Info{Channels: 2, Height: 3, Width: 4, LearnedVariance: true}
	xs := make([]float32, 5*info.Elems())
	rng.New(0).Normal(xs)
	cond := diffusion.Cond{Class: slices.Repeat([]int{diffusion.NoClass}, 5)}
	plain := info
	plain.LearnedVariance = false
	fixed, _, _ := network(plain)
	want, err := fixed.Predict(context.Background(), xs, make([]float64, 5), cond)
	if err != nil {
		t.Fatal(err)
	}
	net, _, _ := network(info)
	net.MaxBatch = 2
	out, err := net.Predict(context.Background(), xs, make([]float64, 5), cond)
	if err != nil || !slices.Equal(out.Pred, want.Pred) || want.Variance != nil {
		t.Fatalf("the prediction is not that of the first channels (%v)", err)
	}
	for i, v := range out.Variance {
		if float32(math.Tanh(float64(v))) != out.Pred[i] && math.Abs(math.Tanh(float64(v))-float64(out.Pred[i])) > 1e-6 {
			t.Fatalf("value %d: variance %v beside %v", i, v, out.Pred[i])
		}
	}
}

func TestNetworkBatches(t *testing.T) {
	info := fashion()
	net, batches, closed := network(info)
	net.MaxBatch = 4
	predict := func(n int) []float32 {
		t.Helper()
		xs := make([]float32, n*info.Elems())
		rng.New(5).Normal(xs)
		out, err := net.Predict(context.Background(), xs, make([]float64, n), diffusion.Cond{Class: make([]int, n)})
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(out.Pred)
	}
	cut := predict(10)
	predict(4)
	if !slices.Equal(*batches, []int{4, 2}) {
		t.Errorf("compiled for %v, expected 4 and 2, once each", *batches)
	}
	net.Close()
	net.Close()
	if *closed != 2 {
		t.Errorf("%d programs closed, expected 2", *closed)
	}
	net.MaxBatch = 32
	if !slices.Equal(predict(10), cut) {
		t.Error("a batch cut into pieces gives another answer")
	}
	if !slices.Equal(*batches, []int{4, 2, 10}) {
		t.Errorf("compiled for %v after Close", *batches)
	}
}

// TestNetworkTooLarge has an executor with memory for three pictures: larger batches are
// cut until they fit, once, and a single picture that does not fit is an error.
func TestNetworkTooLarge(t *testing.T) {
	info := fashion()
	whole, _, _ := network(info)
	xs := make([]float32, 10*info.Elems())
	rng.New(5).Normal(xs)
	ts, cond := make([]float64, 10), diffusion.Cond{Class: make([]int, 10)}
	want, err := whole.Predict(context.Background(), xs, ts, cond)
	if err != nil {
		t.Fatal(err)
	}
	var asked []int
	most := 3
	net := NewNetwork(info, func(batch int) (graph.Program, error) {
		asked = append(asked, batch)
		if batch > most {
			return nil, fmt.Errorf("a batch of %d: %w", batch, graph.ErrTooLarge)
		}
		return whole.compile(batch)
	})
	for range 2 {
		out, err := net.Predict(context.Background(), xs, ts, cond)
		if err != nil || !slices.Equal(out.Pred, want.Pred) {
			t.Fatalf("a batch that does not fit gives another answer (%v)", err)
		}
	}
	if !slices.Equal(asked, []int{10, 5, 3, 1}) {
		t.Errorf("compiled for %v, expected 10, 5, 3 and 1", asked)
	}
	most = 0
	net.Close()
	if _, err := net.Predict(context.Background(), xs, ts, cond); !errors.Is(err, graph.ErrTooLarge) {
		t.Errorf("no picture fits: %v", err)
	}
}

func TestNetworkErrors(t *testing.T) {
	info := fashion()
	x := make([]float32, info.Elems())
	net, _, _ := network(info)
	ctx := context.Background()
	lost := errors.New("device lost")
	broken := NewNetwork(info, func(int) (graph.Program, error) { return nil, lost })
	if _, err := broken.Predict(ctx, x, []float64{0}, diffusion.Cond{Class: []int{0}}); !errors.Is(err, lost) {
		t.Error("compile error:", err)
	}
	for what, err := range map[string]error{
		"too few values":  second(net.Predict(ctx, x[1:], []float64{0}, diffusion.Cond{Class: []int{0}})),
		"too few classes": second(net.Predict(ctx, x, []float64{0}, diffusion.Cond{})),
		"unknown class":   second(net.Predict(ctx, x, []float64{0}, diffusion.Cond{Class: []int{3}})),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func second(_ diffusion.Output, err error) error { return err }

// After the first call a step allocates nothing in the network.
func TestNetworkDoesNotAllocate(t *testing.T) {
	info := fashion()
	net, _, _ := network(info)
	guided := &diffusion.Guided{Predictor: net, Scale: 2}
	xs := make([]float32, 2*info.Elems())
	ts, cond := []float64{5, 5}, diffusion.Cond{Class: []int{0, 1}}
	allocs := testing.AllocsPerRun(10, func() {
		if _, err := guided.Predict(context.Background(), xs, ts, cond); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations a step", allocs)
	}
}
