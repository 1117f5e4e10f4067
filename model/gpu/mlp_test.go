//go:build js && wasm

package gpu_test

import (
	"context"
	"math"
	"testing"
	"time"

	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/mlp"
	"unnoise/model/plane"
)

// TestTrainPoints trains the network of the laboratory in the plane here and on the CPU
// from the same beginning: losses and the trained network's answers agree.
func TestTrainPoints(t *testing.T) {
	dev := open(t)
	onGPU := func(ctx context.Context, g *graph.Graph) (graph.Program, error) {
		return gpu.Compile(ctx, dev, g, gpu.Options{})
	}
	onCPU := func(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }
	schedule, err := diffusion.Cosine(1000)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := plane.Find("moons")
	if err != nil {
		t.Fatal(err)
	}
	c := mlp.Config{Width: 24, Depth: 2, Predict: diffusion.PredictV, Schedule: schedule, Batch: 50, Rate: 5e-3, Average: .9, Seed: 4}
	type outcome struct {
		losses []float64
		answer []float32
	}
	train := func(compile mlp.Compile) (out outcome) {
		trainer, err := mlp.NewTrainer(t.Context(), c, entry.Mixture(), compile)
		if err != nil {
			t.Fatal(err)
		}
		defer trainer.Close()
		for range 20 {
			loss, err := trainer.Step(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out.losses = append(out.losses, loss)
		}
		net, err := mlp.NewPredictor(t.Context(), c, 3, compile)
		if err != nil {
			t.Fatal(err)
		}
		defer net.Close()
		if err := net.Take(t.Context(), trainer); err != nil {
			t.Fatal(err)
		}
		p, err := net.Predict(t.Context(), []float32{.3, -.2, .9, 1.4, 0, 0, -.8, .1}, []float64{3, 250, 600, 990}, diffusion.Cond{})
		if err != nil {
			t.Fatal(err)
		}
		out.answer = p.Pred
		return out
	}
	got, want := train(onGPU), train(onCPU)
	for i, w := range want.losses {
		if !(math.Abs(got.losses[i]-w) <= 1e-5*w) {
			t.Errorf("loss %d is %.8g, on the CPU %.8g", i, got.losses[i], w)
		}
	}
	if first, last := mean(want.losses[:5]), mean(want.losses[15:]); !(last < .9*first) {
		t.Errorf("the loss goes from %.3f to %.3f", first, last)
	}
	for i, w := range want.answer {
		if !(math.Abs(float64(got.answer[i]-w)) <= 1e-4) {
			t.Errorf("value %d of the answer is %.6f, on the CPU %.6f", i, got.answer[i], w)
		}
	}
	for _, message := range dev.Uncaptured() {
		t.Error(message)
	}
}

func mean(values []float64) (sum float64) {
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

// BenchmarkTrainPoints is a step of the laboratory's default network.
func BenchmarkTrainPoints(b *testing.B) {
	dev := open(b)
	schedule, err := diffusion.Cosine(1000)
	if err != nil {
		b.Fatal(err)
	}
	entry, err := plane.Find("moons")
	if err != nil {
		b.Fatal(err)
	}
	c := mlp.Config{Width: 128, Depth: 3, Schedule: schedule, Batch: 256, Rate: 2e-3, Average: .99}
	var stats gpu.Stats
	trainer, err := mlp.NewTrainer(b.Context(), c, entry.Mixture(), func(ctx context.Context, g *graph.Graph) (graph.Program, error) {
		p, err := gpu.Compile(ctx, dev, g, gpu.Options{})
		if err == nil {
			stats = p.Stats()
		}
		return p, err
	})
	if err != nil {
		b.Fatal(err)
	}
	defer trainer.Close()
	least := time.Hour
	for b.Loop() {
		begun := time.Now()
		if _, err := trainer.Step(b.Context()); err != nil {
			b.Fatal(err)
		}
		least = min(least, time.Since(begun))
	}
	b.ReportMetric(float64(stats.Dispatches), "dispatches/step")
	b.ReportMetric(float64(least.Microseconds())/1000, "ms/least")
	b.ReportMetric(float64(stats.FLOPs)/1e6, "MFLOP/step")
}
