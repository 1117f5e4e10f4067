package tier

import (
	"testing"

	"unnoise/model/graph"
)

func TestOperations(t *testing.T) {
	product := func(n int) *graph.Graph {
		b := graph.NewBuilder()
		x, w := b.Input("x", n, 64), b.Input("w", 64, 64)
		b.Output("y", b.Apply("product", graph.MatMul{}, x, w))
		g, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	const row = 2*64*64 + ofValue*64 // 64 numbers, each a sum of 64 products
	if got := Operations(product(10)); got != 10*row {
		t.Errorf("%d operations, expected %d", got, 10*row)
	}
	if most := TinyOperations / row; !Tiny(product(most)) || Tiny(product(most+1)) {
		t.Errorf("products of %d and %d rows are not on both sides of the limit", most, most+1)
	}
}
