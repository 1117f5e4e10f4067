package run

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/rng"
	"unnoise/model/trajectory"
	"unnoise/model/weights"
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
		out[0][i] = float32(math.Tanh(value))
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
		whole := pictures(t, spec, info, nil)
		plan, err := NewPlan(spec, info)
		if err != nil {
			t.Fatal(err)
		}
		net, _, _ := network(info)
		for i := range whole {
			var last []float32
			err := plan.Run(context.Background(), net, Resume(diffusion.Step{I: i, Xt: whole[i]}), func(s diffusion.Step) error {
				last = slices.Clone(s.Xt)
				return nil
			})
			if err != nil || !slices.Equal(last, whole[len(whole)-1]) {
				t.Errorf("%s: resumed at step %d it ends elsewhere (%v)", name, i, err)
			}
		}
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

func TestReadInfo(t *testing.T) {
	read := func(config, scheduler, classes string) (Info, error) {
		set := weights.NewSet([]byte(config))
		set.Meta[metaName] = "toy"
		if scheduler != "" {
			set.Scheduler = []byte(scheduler)
		}
		set.Meta[MetaClasses] = classes
		return ReadInfo(set)
	}
	info, err := read(`{"sample_size":[32,24],"in_channels":1,"out_channels":1,"num_class_embeds":3}`,
		`{"beta_schedule":"squaredcos_cap_v2","num_train_timesteps":10,"prediction_type":"v_prediction","clip_sample":false}`,
		`["a","b"]`)
	if err != nil {
		t.Fatal(err)
	}
	reading, err := info.Scheduler.Parametrisation()
	if info.Name != "toy" || info.Channels != 1 || info.Height != 32 || info.Width != 24 || info.NumClasses != 2 ||
		reading != (diffusion.Parametrisation{Predict: diffusion.PredictV}) || err != nil {
		t.Errorf("got %+v, %+v, %v", info, reading, err)
	}
	schedule, err := info.Scheduler.Schedule()
	if err != nil || schedule.Len() != 10 || schedule.Beta[9] != 0.999 {
		t.Errorf("schedule %+v, %v", schedule, err)
	}
	schedule, err = Scheduler{TrainedBetas: []float64{0.1, 0.2}}.Schedule()
	if err != nil || schedule.Len() != 2 || schedule.Beta[1] != 0.2 {
		t.Errorf("trained β: %+v, %v", schedule, err)
	}
	info, err = read(`{"sample_size":16,"num_class_embeds":null}`, "", "")
	if err != nil || info.Channels != 3 || info.Height != 16 || info.Width != 16 || info.NumClasses != 0 || info.Scheduler.T() != 1000 {
		t.Errorf("defaults: %+v, %v", info, err)
	}
	for name, bad := range map[string][3]string{
		"config":      {`{`, "", ""},
		"no size":     {`{}`, "", ""},
		"null size":   {`{"sample_size":null}`, "", ""},
		"size":        {`{"sample_size":"big"}`, "", ""},
		"huge size":   {`{"sample_size":4000000000}`, "", ""},
		"negative":    {`{"sample_size":[-8,-8]}`, "", ""},
		"size of 0":   {`{"sample_size":0}`, "", ""},
		"scheduler":   {`{"sample_size":16}`, "{", ""},
		"learned σ":   {`{"sample_size":16,"out_channels":6}`, "", ""},
		"class type":  {`{"sample_size":16,"class_embed_type":"timestep"}`, "", ""},
		"classes":     {`{"sample_size":16,"num_class_embeds":3}`, "", "[1,2]"},
		"class count": {`{"sample_size":16,"num_class_embeds":3}`, "", `["a"]`},
	} {
		if info, err := read(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%s: got %+v, expected an error", name, info)
		}
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
