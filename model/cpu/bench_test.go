package cpu_test

import (
	"context"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/tensor"
	"unnoise/model/unet"
	"unnoise/model/unet/unettest"
)

// BenchmarkStep is one evaluation of a golden network for one picture. GFLOP/s
// counts the multiplications and additions of convolutions, linear layers and
// attention.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"fashion", "cifar10"} {
		b.Run(name, func(b *testing.B) {
			golden, err := unettest.Load(name)
			if err != nil {
				b.Fatal(err)
			}
			set, err := golden.Weights()
			if err != nil {
				b.Fatal(err)
			}
			g, err := unet.Build(set, 1, golden.Size[0], golden.Size[1])
			if err != nil {
				b.Fatal(err)
			}
			program, err := cpu.Compile(g)
			if err != nil {
				b.Fatal(err)
			}
			defer program.Close()
			shapes := make([]tensor.Shape, len(g.Inputs))
			for i, port := range g.Inputs {
				shapes[i] = g.Shape(port.Value)
			}
			in := golden.Inputs(shapes)
			for i := range in {
				in[i] = in[i][:shapes[i].Elems()]
			}
			out := [][]float32{make([]float32, g.Shape(g.Outputs[0].Value).Elems())}
			b.ResetTimer()
			for b.Loop() {
				if err := program.Run(context.Background(), in, out); err != nil {
					b.Fatal(err)
				}
			}
			perSecond := float64(g.FLOPs()) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(perSecond/1e9, "GFLOP/s")
		})
	}
}
