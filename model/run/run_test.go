package run

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
	"unnoise/model/trajectory"
)

// pictures runs a spec and returns every x_t.
func pictures(t *testing.T, spec Spec, info Info, x0 []float32) [][]float32 {
	t.Helper()
	plan, err := NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	start, err := plan.Start(x0)
	if err != nil {
		t.Fatal(err)
	}
	net, _, _ := network(info)
	var xs [][]float32
	err = plan.Run(context.Background(), net, start, func(s diffusion.Step) error {
		xs = append(xs, slices.Clone(s.Xt))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(xs) != len(plan.Updates)+1 {
		t.Fatalf("%d steps, expected %d", len(xs), len(plan.Updates)+1)
	}
	return xs
}

// samplers are specs of 8 steps that draw noise and one that does not.
func samplers() map[string]Spec {
	out := map[string]Spec{}
	for name, change := range map[string]func(*Spec){
		"ddpm":       func(s *Spec) { s.Sampler = DDPM },
		"ddpm large": func(s *Spec) { s.Sampler, s.Variance = DDPM, FixedLarge },
		"ddim":       func(s *Spec) {},
		"ddim η=.5":  func(s *Spec) { s.Eta = 0.5 },
		// On whole timesteps Euler is DDIM and its ancestral form DDPM.
		"euler karras":     func(s *Spec) { s.Sampler, s.Spacing = Euler, Karras },
		"ancestral karras": func(s *Spec) { s.Sampler, s.Spacing = EulerAncestral, Karras },
		"heun":             func(s *Spec) { s.Sampler = Heun },
		"heun karras":      func(s *Spec) { s.Sampler, s.Spacing = Heun, Karras },
		"2m":               func(s *Spec) { s.Sampler = DPMSolverPP2M },
		"2m karras":        func(s *Spec) { s.Sampler, s.Spacing = DPMSolverPP2M, Karras },
	} {
		spec := Default()
		spec.Class, spec.Steps, spec.Seed, spec.N = 1, 8, 41, 3
		change(&spec)
		out[name] = spec
	}
	return out
}

func TestPicturesDoNotDependOnTheirNumber(t *testing.T) {
	for _, info := range []Info{fashion(), {NumClasses: 3, Channels: 1, Height: 1, Width: 3}} {
		for name, spec := range samplers() {
			three := pictures(t, spec, info, nil)
			for k := range 3 {
				single := spec
				single.N, single.Seed = 1, spec.Seed+uint64(k)
				one := pictures(t, single, info, nil)
				for i := range one {
					if !slices.Equal(one[i], three[i][k*info.Elems():(k+1)*info.Elems()]) {
						t.Fatalf("%s: picture %d drawn alone differs at step %d", name, k, i)
					}
				}
			}
		}
	}
}

func TestResumeGoesOnAsBefore(t *testing.T) {
	info := fashion()
	for name, spec := range samplers() {
		plan, err := NewPlan(spec, info)
		if err != nil {
			t.Fatal(err)
		}
		start, err := plan.Start(nil)
		if err != nil {
			t.Fatal(err)
		}
		net, _, _ := network(info)
		run := func(start Start) (steps []diffusion.Step) {
			err := plan.Run(context.Background(), net, start, func(s diffusion.Step) error {
				s.Xt, s.Before = slices.Clone(s.Xt), slices.Clone(s.Before)
				steps = append(steps, s)
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return steps
		}
		whole := run(start)
		for i, step := range whole {
			again := run(Resume(step))
			if !slices.Equal(again[len(again)-1].Xt, whole[len(whole)-1].Xt) {
				t.Errorf("%s: resumed at step %d it ends elsewhere", name, i)
			}
		}
	}
}

// A run with a learned variance takes the network's word for the noise.
func TestLearnedVariance(t *testing.T) {
	info := fashion()
	spec := samplers()["ddpm"]
	spec.Variance = LearnedRange
	if problems := spec.Validate(info); len(problems) != 1 || problems[0].Field != "variance" {
		t.Errorf("a model that has learned none: %v", problems)
	}
	fixed := pictures(t, samplers()["ddpm"], info, nil)
	info.LearnedVariance = true
	learned := pictures(t, spec, info, nil)
	if slices.Equal(learned[1], fixed[1]) {
		t.Error("the learned variance makes no difference")
	}
	// The network answers the variance value v = atanh(pred): see program.Run.
	plan, err := NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	u := plan.Updates[0]
	net, _, _ := network(info)
	err = plan.Run(context.Background(), net, Start{Xt: learned[0]}, func(s diffusion.Step) error {
		if s.I == 0 {
			z := make([]float32, len(s.Xt))
			newSource(spec.Seed, spec.N).step(0, z)
			for i := range s.Xt {
				mean := u.OfX0*max(-1, min(1, u.X0OfXt*float64(s.Xt[i])+u.X0OfPred*float64(s.Pred[i]))) + u.OfXt*float64(s.Xt[i])
				want := mean + math.Exp(0.5*u.LogVariance(s.Variance[i]))*float64(z[i])
				if math.Abs(float64(learned[1][i])-want) > 1e-6 {
					t.Fatalf("value %d: got %v, expected %v", i, learned[1][i], want)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSamplersDiffer(t *testing.T) {
	seen := map[float32]string{}
	for name, spec := range samplers() {
		xs := pictures(t, spec, fashion(), nil)
		value := xs[len(xs)-1][0]
		if other := seen[value]; other != "" {
			t.Errorf("%s and %s give the same picture", name, other)
		}
		seen[value] = name
	}
}

// The noise is that of torch: x_T is a generator's first randn of C·H·W, z of
// step i its draw 1+i.
func TestNoise(t *testing.T) {
	info := fashion()
	spec := samplers()["ddpm"]
	plan, err := NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	start, err := plan.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	source := newSource(spec.Seed, spec.N)
	elems := info.Elems()
	for k := range spec.N {
		g := rng.New(spec.Seed + uint64(k))
		want := make([]float32, elems)
		z := make([]float32, spec.N*elems)
		g.Normal(want)
		if !slices.Equal(start.Xt[k*elems:(k+1)*elems], want) {
			t.Error("x_T of picture", k)
		}
		for i := range 3 {
			g.Normal(want)
			source.step(i, z)
			if !slices.Equal(z[k*elems:(k+1)*elems], want) {
				t.Errorf("z of picture %d, step %d", k, i)
			}
		}
	}
}

func TestStartFromPicture(t *testing.T) {
	info := fashion()
	spec := samplers()["ddim"]
	spec.Start = &StartPicture{T: 300, Picture: "sample:0"}
	x0 := slices.Repeat([]float32{0.5}, info.Elems())
	plan, err := NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	if first := plan.Updates[0]; first.T != 300 || len(plan.Updates) != 8 || plan.Updates[7].TPrev != -1 {
		t.Errorf("%d steps from %+v", len(plan.Updates), first)
	}
	start, err := plan.Start(x0)
	if err != nil {
		t.Fatal(err)
	}
	schedule, err := info.Scheduler.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	eps := make([]float32, info.Elems())
	want := make([]float32, info.Elems())
	for k := range spec.N {
		StartNoise(eps, spec.Seed, k)
		diffusion.QSample(want, x0, eps, schedule.AlphaBar[300])
		if !slices.Equal(start.Xt[k*info.Elems():(k+1)*info.Elems()], want) {
			t.Error("x_t of picture", k)
		}
	}
	if _, err := plan.Start(nil); err == nil {
		t.Error("no picture, no error")
	}
	if _, err := plan.Start(x0[1:]); err == nil {
		t.Error("too small a picture, no error")
	}
	spec.Start = nil
	if plan, err = NewPlan(spec, info); err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Start(x0); err == nil {
		t.Error("a picture for a run from noise, no error")
	}
}

func TestTimesteps(t *testing.T) {
	spec := Default()
	for _, c := range []struct {
		steps, from int
		want        []int
	}{
		{1, -1, []int{999}},
		{2, -1, []int{0, 999}},
		{7, -1, []int{0, 166, 333, 500, 666, 832, 999}},
		{3, 20, []int{0, 10, 20}},
		{50, 2, []int{0, 1, 2}}, // no more steps than timesteps
		{50, 0, []int{0}},
		{1, 20, []int{20}},
	} {
		spec.Steps, spec.Start = c.steps, nil
		if c.from >= 0 {
			spec.Start = &StartPicture{T: c.from}
		}
		if got := timesteps(spec, 1000); !slices.Equal(got, c.want) {
			t.Errorf("%d steps from %d: got %v, expected %v", c.steps, c.from, got, c.want)
		}
	}
}

func TestRunErrors(t *testing.T) {
	spec, info := samplers()["ddpm"], fashion()
	bad := spec
	bad.Steps, bad.N = 0, 0
	var problems Problems
	if _, err := NewPlan(bad, info); !errors.As(err, &problems) || len(problems) != 2 {
		t.Error("an impossible spec:", err)
	}
	for key, scheduler := range map[string]Scheduler{
		"beta_schedule":          {BetaSchedule: "sigmoid"},
		"prediction_type":        {PredictionType: "flow"},
		"clip_sample_range":      {ClipSampleRange: 3},
		"rescale_betas_zero_snr": {RescaleToZeroSNR: true},
		"β at t = 1":             {TrainedBetas: []float64{0.1, 1, 0, 0, 0, 0, 0, 0, 0}},
	} {
		info.Scheduler = scheduler
		if _, err := NewPlan(spec, info); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: error %v", key, err)
		}
	}
	info = fashion()
	plan, err := NewPlan(spec, info)
	if err != nil {
		t.Fatal(err)
	}
	start, err := plan.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	net, _, _ := network(info)
	none := func(diffusion.Step) error { return nil }
	if err := plan.Run(context.Background(), net, Start{Xt: start.Xt[1:]}, none); err == nil {
		t.Error("too short a start, no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	err = plan.Run(ctx, net, start, func(diffusion.Step) error {
		if steps++; steps == 3 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || steps != 3 {
		t.Errorf("cancelled at step 3: %d steps, %v", steps, err)
	}
}

// Steps that a small trajectory could not keep are found again, exactly.
func TestReplay(t *testing.T) {
	info := fashion()
	for name, spec := range samplers() {
		plan, err := NewPlan(spec, info)
		if err != nil {
			t.Fatal(err)
		}
		start, err := plan.Start(nil)
		if err != nil {
			t.Fatal(err)
		}
		net, _, _ := network(info)
		room := int64(2 * plan.Layout.Elems() * 8)
		recorded := trajectory.New(plan.Layout, plan.Updates, room)
		if err := plan.Run(context.Background(), net, start, recorded.Append); err != nil {
			t.Fatal(err)
		}
		for i, want := range pictures(t, spec, info, nil) {
			step, err := plan.Replay(context.Background(), net, recorded, i)
			if err != nil || step.I != i || !slices.Equal(step.Xt, want) || (step.Pred == nil) != (i == 8) {
				t.Errorf("%s: step %d is replayed as %d (%v)", name, i, step.I, err)
			}
		}
		if _, err := plan.Replay(context.Background(), net, recorded, 9); err == nil {
			t.Error("a step past the end, no error")
		}
		cancelled, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := plan.Replay(cancelled, net, recorded, 3); !errors.Is(err, context.Canceled) {
			t.Error("cancelled:", err)
		}
	}
}
