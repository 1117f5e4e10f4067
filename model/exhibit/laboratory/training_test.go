package laboratory

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/graph"
)

func TestTraining(t *testing.T) { exhibittest.Probe(t, Training) }

// The network gets near the exact score, and its loss near the least there can be.
func TestTheNetworkLearns(t *testing.T) {
	frames := exhibittest.Run(t, Training, map[string]string{"data": "three", "width": "32", "depth": "2", "batch": "128", "steps": "400", "rate": "0.005", "samples": "200"})
	if len(frames) != snapshots+1 {
		t.Fatalf("%d frames", len(frames))
	}
	first, last := frames[0], frames[len(frames)-1]
	read := func(f exhibit.Frame, id string) float64 { return exhibittest.Readout(t, []exhibit.Frame{f}, id) }
	if a, b := read(first, "score-error"), read(last, "score-error"); b > .15 || b > a/3 {
		t.Errorf("the score's error falls from %.3f to %.3f", a, b)
	}
	if a, b := read(first, "distance"), read(last, "distance"); b > .02 || b > a/5 {
		t.Errorf("the samples' distance falls from %.4f to %.4f", a, b)
	}
	if loss, least := read(last, "loss"), read(last, "least-loss"); loss < .9*least || loss > 1.5*least {
		t.Errorf("the loss is %.4f, the least %.4f", loss, least)
	}
	if modes := read(last, "modes"); modes < 2.5 {
		t.Errorf("%.2f modes of 3", modes)
	}
	if n := len(last.Figures["loss"].(*figure.Plot).Curves[0].X); n < 190 || n > curvePoints {
		t.Errorf("the loss curve has %d points", n)
	}
}

// visitor is a host without models or files, whose visitor gives orders.
type visitor struct {
	exhibit.Host
	orders chan exhibit.Order
}

func (visitor) Compile(_ context.Context, g *graph.Graph) (graph.Program, error) {
	return cpu.Compile(g)
}

func (v visitor) Orders() <-chan exhibit.Order { return v.orders }

// The visitor stops the training before it begins, takes single steps, turns the time,
// and lets it go on to its end.
func TestOrders(t *testing.T) {
	values := map[string]string{"speed": "slower"}
	for k, v := range Training.Quick {
		values[k] = v
	}
	state, err := exhibit.NewState(Training, values)
	if err != nil {
		t.Fatal(err)
	}
	v := visitor{orders: make(chan exhibit.Order)}
	shown := make(chan exhibit.Frame, 1000)
	ended := make(chan error, 1)
	env := exhibit.NewEnv(v)
	go func() { ended <- Training.Run(t.Context(), env, state, func(f exhibit.Frame) { shown <- f }) }()
	await := func(what string) exhibit.Frame {
		t.Helper()
		select {
		case f := <-shown:
			return f
		case err := <-ended:
			t.Fatalf("%s: the training has ended: %v", what, err)
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: nothing is shown", what)
		}
		return exhibit.Frame{}
	}
	await("the beginning")
	first := await("the first step")
	v.orders <- exhibit.Order{Control: "pause"}
	for step := 2; step <= 3; step++ {
		v.orders <- exhibit.Order{Control: "step"}
		f := await("a single step")
		if got := exhibittest.Readout(t, []exhibit.Frame{f}, "step"); got != float64(step) {
			t.Errorf("a single step shows step %v, expected %d", got, step)
		}
	}
	if len(shown) > 0 {
		t.Error("it goes on while it is stopped")
	}
	v.orders <- exhibit.Order{Control: "time", Value: "900"}
	turned := await("another time")
	if turned.Index != 1 || turned.Equations[0].Numbers == first.Equations[0].Numbers {
		t.Errorf("turned to another time, frame %d with the same equation", turned.Index)
	}
	v.orders <- exhibit.Order{Control: "field", Value: "none"}
	if arrows := await("no arrows").Figures["field"].(*figure.Plane).Arrows; len(arrows) > 0 {
		t.Errorf("%d fields of arrows, none are wanted", len(arrows))
	}
	v.orders <- exhibit.Order{Control: "speed", Value: "full"}
	v.orders <- exhibit.Order{Control: "pause"}
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(60 * time.Second):
		t.Fatal("it does not end")
	}
	var last exhibit.Frame
	for len(shown) > 0 {
		last = <-shown
	}
	if got := exhibittest.Readout(t, []exhibit.Frame{last}, "step"); got != 10 || last.Index != last.Total-1 {
		t.Errorf("it ends with step %v in frame %d of %d", got, last.Index, last.Total)
	}
}

func TestTrainingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	state, err := exhibit.NewState(Training, Training.Quick)
	if err != nil {
		t.Fatal(err)
	}
	env := exhibit.NewEnv(visitor{})
	err = Training.Run(ctx, env, state, func(f exhibit.Frame) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled, it says %v", err)
	}
}

// The least loss of one Gaussian is known: to predict ε it is the mean of
// ᾱs²/(ᾱs² + 1 − ᾱ), s² being the data's variance.
func TestLeastLoss(t *testing.T) {
	values := map[string]string{"data": "draw", "drawing": exhibit.EncodePoints([]float32{0, 0}), "softness": "3", "predict": "eps", "steps": "20", "width": "16", "samples": "50", "schedule": "cosine"}
	frames := exhibittest.Run(t, Training, values)
	got := exhibittest.Readout(t, frames, "least-loss")
	schedule, variance := cosineSchedule(t), math.Pow(3*strokeStd, 2)
	var want float64
	for _, bar := range schedule.AlphaBar {
		want += bar * variance / (bar*variance + 1 - bar) / float64(schedule.Len())
	}
	if math.Abs(got-want) > .1*want {
		t.Errorf("the least loss of a Gaussian is %.5f, estimated %.5f", want, got)
	}
}

func TestEveryTrainingOptionRuns(t *testing.T) {
	for _, c := range Training.Controls {
		for _, o := range c.Options {
			values := map[string]string{"steps": "10", "width": "16", "depth": "0", "batch": "32", "samples": "50"}
			values[c.ID] = o.ID
			exhibittest.Run(t, Training, values)
		}
	}
}

func cosineSchedule(t *testing.T) *diffusion.Schedule {
	t.Helper()
	s, err := diffusion.ScheduleByName("cosine", timesteps)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
