package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"unnoise/model/architecture"
	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/gpu/device"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/trajectory"
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
		info, err := architecture.All.ReadInfo(set)
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

// losing is a network whose device is lost at some calls.
type losing struct {
	diffusion.Predictor
	exec  *executor
	calls int
	at    []int
}

func (l *losing) Predict(ctx context.Context, xs []float32, t []float64, cond diffusion.Cond) (diffusion.Output, error) {
	l.calls++
	if slices.Contains(l.at, l.calls) {
		l.exec.device.Destroy()
	}
	return l.Predictor.Predict(ctx, xs, t, cond)
}

// A run goes on from its last step on another device, and gives the same pictures.
func TestSampleOutlivesItsDevice(t *testing.T) {
	ctx := context.Background()
	set := readModel(t, tinyModel(t))
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		t.Fatal(err)
	}
	s := sampling{spec: run.Default(), trajectory: "kept", quiet: true}
	s.spec.Sampler, s.spec.Steps, s.spec.Seed = run.DDPM, 5, 3
	plan, err := run.NewPlan(s.spec, info)
	if err != nil {
		t.Fatal(err)
	}
	start, err := plan.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	draw := func(losses ...int) ([]diffusion.Step, error) {
		exec, err := openExecutor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { exec.close() }()
		network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
			g, err := unet.Build(set, batch, info.Height, info.Width)
			if err != nil {
				return nil, err
			}
			return exec.compile(ctx, g)
		})
		defer network.Close()
		return s.draw(ctx, plan, &losing{network, exec, 0, losses}, start, io.Discard, func(err error) error {
			defer network.Close()
			return exec.renew(ctx, err)
		})
	}
	whole, err := draw()
	if err != nil {
		t.Fatal(err)
	}
	mended, err := draw(2, 5) // the second one in a step that is computed again
	if err != nil {
		t.Fatal(err)
	}
	if len(mended) != len(whole) {
		t.Fatalf("%d steps, want %d", len(mended), len(whole))
	}
	for i, step := range mended {
		if d := distance(step.Xt, whole[i].Xt); step.I != i || !(d < 1e-4) {
			t.Errorf("step %d (%d) differs by %v", i, step.I, d)
		}
	}
	if _, err := draw(1, 2, 3, 4); !errors.Is(err, device.ErrLost) {
		t.Errorf("lost every time: %v", err)
	}
}

// A chain of annealed Langevin dynamics goes on from its last step too, and its trajectory has
// every step once.
func TestAnnealedLangevinOutlivesItsDevice(t *testing.T) {
	ctx := context.Background()
	set := readModel(t, sdeModel(t, `{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":3,"step":2e-5}`))
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		t.Fatal(err)
	}
	s := sampling{spec: run.Default(), quiet: true}
	s.spec.Seed, s.score.denoise = 3, true
	draw := func(losses ...int) ([]float32, *scoreTrajectory, error) {
		exec, err := openExecutor(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { exec.close() }()
		network := newNetwork(ctx, exec, set, info)
		defer network.Close()
		kept := &scoreTrajectory{layout: trajectory.Layout{N: 1, C: info.Channels, H: info.Height, W: info.Width}}
		xs, _, err := s.annealed(ctx, set, info, &losing{network, exec, 0, losses}, kept, io.Discard, func(err error) error {
			defer network.Close()
			return exec.renew(ctx, err)
		})
		return xs, kept, err
	}
	whole, _, err := draw()
	if err != nil {
		t.Fatal(err)
	}
	mended, kept, err := draw(3, 8) // the second one in the last step, without noise
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(mended, whole); !(d < 1e-4) {
		t.Errorf("it ends %v away", d)
	}
	if len(kept.x) != 7 || len(kept.at) != 6 || kept.at[0] != 1 || kept.at[3] != .1 {
		t.Errorf("%d pictures at %v are kept, expected 7 and the noise of six steps", len(kept.x), kept.at)
	}
	if _, _, err := draw(1, 2, 3, 4); !errors.Is(err, device.ErrLost) {
		t.Errorf("lost every time: %v", err)
	}
}
