package optest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// trainMLP is what PyTorch made of the training below (tools/golden/train_mlp.py).
//
//go:embed testdata/train_mlp.json
var trainMLP []byte

const (
	trainSeed      = 1
	trainSteps     = 200
	trainBatch     = 64
	trainTimesteps = 100
	trainClusters  = 5
	trainWidth     = 32
	trainTime      = 16
)

// trainTolerance is the largest relative error of a loss. The errors of a step, some
// 1e-7, go into the parameters and from there into all later steps.
const trainTolerance = 1e-5

// optimizers are those of the script; the rate is theirs too.
var optimizers = map[string]struct {
	rate  float64
	apply func(b *graph.Builder, rate graph.ID, params, grads []graph.ID)
}{
	"adam": {3e-3, func(b *graph.Builder, rate graph.ID, params, grads []graph.ID) {
		opts := graph.DefaultAdam
		opts.WeightDecay = 1e-2
		graph.Adam(b, "adam", opts, rate, params, grads)
	}},
	"adamw": {3e-3, func(b *graph.Builder, rate graph.ID, params, grads []graph.ID) {
		graph.AdamW(b, "adamw", graph.AdamOptions{Beta1: 0.8, Beta2: 0.99, Eps: 1e-6, WeightDecay: 0.1}, rate, params, grads)
	}},
	"sgd": {0.1, func(b *graph.Builder, rate graph.ID, params, grads []graph.ID) {
		graph.SGD(b, "sgd", rate, params, grads)
	}},
}

// RunTraining trains a small network through an executor, by each optimiser, and
// compares every loss with PyTorch's.
func RunTraining(t *testing.T, compile Compile) {
	t.Helper()
	var golden map[string]json.RawMessage
	if err := json.Unmarshal(trainMLP, &golden); err != nil {
		t.Fatal(err)
	}
	for name, optimizer := range optimizers {
		t.Run(name, func(t *testing.T) {
			var want struct{ Losses, Middle []float64 }
			if err := json.Unmarshal(golden[name], &want); err != nil {
				t.Fatal(err)
			}
			g, err := trainingStep(optimizer.apply)
			if err != nil {
				t.Fatal(err)
			}
			program, err := compile(g)
			if err != nil {
				t.Fatal(err)
			}
			defer program.Close()
			p := program.(graph.Stateful)
			if err := checkLosses(t, p, float32(optimizer.rate), want.Losses); err != nil {
				t.Fatal(err)
			}
			middle := make([]float32, len(want.Middle))
			if err := p.ReadState(context.Background(), "middle.weight", middle); err != nil {
				t.Fatal(err)
			}
			if err := compare(middle, want.Middle, trainTolerance); err != nil {
				t.Errorf("middle.weight after training: %v", err)
			}
		})
	}
}

func checkLosses(t *testing.T, p graph.Stateful, rate float32, want []float64) error {
	if len(want) != trainSteps {
		return fmt.Errorf("the golden file has %d losses, expected %d", len(want), trainSteps)
	}
	noise := make([]float32, trainSteps*trainBatch*4)
	rng.ForName(trainSeed, "batches").Normal(noise)
	loss := [][]float32{make([]float32, 1)}
	worst := 0.0
	for step, w := range want {
		in := append(batch(step, noise[step*trainBatch*4:]), []float32{rate})
		if err := p.Run(context.Background(), in, loss); err != nil {
			return err
		}
		relative := math.Abs(float64(loss[0][0])-w) / w
		if !(relative <= trainTolerance) {
			return fmt.Errorf("loss %d is %.8g, expected %.8g: relative error %.2g, allowed %.2g", step, loss[0][0], w, relative, trainTolerance)
		}
		worst = max(worst, relative)
	}
	t.Logf("%d losses, the worst relative error is %.2g", len(want), worst)
	return nil
}

// trainingStep is a network that predicts the noise in points of the plane (Ho et al.
// 2020, arXiv:2006.11239, eq. 14), and a step of its training.
func trainingStep(optimizer func(b *graph.Builder, rate graph.ID, params, grads []graph.ID)) (*graph.Graph, error) {
	b := graph.NewBuilder()
	x, t, cluster := b.Input("x", trainBatch, 2), b.Input("t", trainBatch), b.Input("cluster", trainBatch)
	eps, rate := b.Input("eps", trainBatch, 2), b.Input("rate", 1)

	var params []graph.ID
	parameter := func(name string, shape ...int) graph.ID {
		id := b.State(name, trainParameter(name, shape))
		params = append(params, id)
		return id
	}
	linear := func(name string, x graph.ID, in, out int) graph.ID {
		return b.Apply(name, graph.Linear{}, x, parameter(name+".weight", out, in), parameter(name+".bias", out))
	}
	h := linear("point", x, 2, trainWidth)
	angles := b.Apply("angles", graph.Sinusoidal{Dim: trainTime, MaxPeriod: 10000}, t)
	time := b.Apply("time", graph.Linear{}, angles, parameter("time.weight", trainWidth, trainTime))
	row := b.Apply("cluster", graph.Embedding{}, cluster, parameter("cluster.weight", trainClusters, trainWidth))
	h = b.Apply("sum", graph.Add{}, b.Apply("sum", graph.Add{}, h, time), row)
	h = linear("middle", b.Apply("act1", graph.SiLU{}, h), trainWidth, trainWidth)
	y := linear("out", b.Apply("act2", graph.SiLU{}, h), trainWidth, 2)

	loss := b.MeanSquare("loss", y, eps)
	b.Output("loss", loss)
	optimizer(b, rate, params, b.Gradient(loss, b.Fill("one", 1, 1), params...))
	return b.Build()
}

// trainParameter is draw of the script.
func trainParameter(name string, shape tensor.Shape) *weights.Tensor {
	values := make([]float32, shape.Elems())
	rng.ForName(trainSeed, name).Normal(values)
	scale := float32(0.1)
	if len(shape) > 1 {
		scale = float32(1 / math.Sqrt(float64(shape[len(shape)-1])))
	}
	for i := range values {
		values[i] *= scale
	}
	return tensorOf(weights.F32, shape, values...)
}

// batch is batches of the script: x_t, t, cluster and ε. noise: [batch, 4].
func batch(step int, noise []float32) [][]float32 {
	x, t := make([]float32, 2*trainBatch), make([]float32, trainBatch)
	cluster, eps := make([]float32, trainBatch), make([]float32, 2*trainBatch)
	for i := range trainBatch {
		timestep, c := (7*step+13*i)%trainTimesteps, (step+3*i)%trainClusters
		t[i], cluster[i] = float32(timestep), float32(c)
		sin, cos := math.Sincos(2 * math.Pi * float64(c) / trainClusters)
		stdDev, signal := math.Sincos(math.Pi / 2 * (float64(timestep) + 0.5) / trainTimesteps)
		for k, center := range []float64{cos, sin} {
			n := noise[4*i+k:]
			x[2*i+k] = float32(signal*(center+0.1*float64(n[0])) + stdDev*float64(n[2]))
			eps[2*i+k] = n[2]
		}
	}
	return [][]float32{x, t, cluster, eps}
}
