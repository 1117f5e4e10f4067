package main

import (
	"context"
	"slices"
	"testing"

	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/unet"
)

// The same Spec gives the same pictures, within 2/255, on WebGPU and on the CPU.
// The random network amplifies differences more than a trained one does.
func TestWebGPUAndCPUAgree(t *testing.T) {
	ctx := context.Background()
	exec, err := openExecutor(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer exec.close()
	for name, model := range map[string]string{
		"tiny":    tinyModel(t),
		"fashion": goldenModel(t, "fashion", `{"num_train_timesteps":100}`, nil),
	} {
		set := readModel(t, model)
		info, err := run.ReadInfo(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, sampler := range []string{run.DDIM, run.DDPM} {
			spec := run.Default()
			spec.Sampler, spec.Steps, spec.Guidance, spec.Seed = sampler, 4, 3, 11
			if info.NumClasses > 0 {
				spec.Class = 7
			}
			draw := func(compile func(context.Context, *graph.Graph) (graph.Program, error)) []float32 {
				t.Helper()
				plan, err := run.NewPlan(spec, info)
				if err != nil {
					t.Fatal(err)
				}
				start, err := plan.Start(nil)
				if err != nil {
					t.Fatal(err)
				}
				network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
					g, err := unet.Build(set, batch, info.Height, info.Width)
					if err != nil {
						return nil, err
					}
					return compile(ctx, g)
				})
				defer network.Close()
				var x0 []float32
				err = plan.Run(ctx, network, start, func(s diffusion.Step) error {
					x0 = slices.Clone(s.Xt)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				return x0
			}
			onCPU := func(_ context.Context, g *graph.Graph) (graph.Program, error) { return cpu.Compile(g) }
			d := distance(draw(exec.compile), draw(onCPU))
			t.Logf("%s, %s: largest difference %.2g", name, sampler, d)
			if !(d <= 2*2./255) { // [−1, 1] has 255 steps of 2/255
				t.Errorf("%s, %s: they differ by %v", name, sampler, d)
			}
		}
	}
}
