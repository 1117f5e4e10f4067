package graph_test

import (
	"context"
	"fmt"
	"log"

	"unnoise/model/cpu"
	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// A line is fitted to four points: the whole training step is one program.
func Example() {
	w, err := weights.FromTorch("w", weights.F32, tensor.Shape{1, 1}, []float32{0})
	if err != nil {
		log.Fatal(err)
	}
	b := graph.NewBuilder()
	x, y := b.Input("x", 4, 1), b.Input("y", 4, 1)
	params := []graph.ID{b.State("w", w), b.ZeroState("b", 1)}
	loss := b.MeanSquare("loss", b.Apply("line", graph.Linear{}, x, params[0], params[1]), y)
	b.Output("loss", loss)
	grads := b.Gradient(loss, b.Fill("one", 1, 1), params...)
	graph.Adam(b, "adam", graph.DefaultAdam, b.Fill("rate", 0.1, 1), params, grads)
	g, err := b.Build()
	if err != nil {
		log.Fatal(err)
	}

	program, err := cpu.Compile(g) // or gpu.Compile, and the rest is the same
	if err != nil {
		log.Fatal(err)
	}
	defer program.Close()
	points := [][]float32{{0, 1, 2, 3}, {1, 3, 5, 7}}
	for range 500 {
		if err := program.Run(context.Background(), points, [][]float32{nil}); err != nil {
			log.Fatal(err)
		}
	}
	slope, offset := make([]float32, 1), make([]float32, 1)
	states := program.(graph.Stateful)
	if err := states.ReadState(context.Background(), "w", slope); err != nil {
		log.Fatal(err)
	}
	if err := states.ReadState(context.Background(), "b", offset); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("y = %.2f·x + %.2f\n", slope[0], offset[0])
	// Output: y = 2.00·x + 1.00
}
