package run_test

import (
	"encoding/json"
	"math"
	"testing"

	"unnoise/model/architecture"
	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/run"
	"unnoise/model/scorenet/scorenettest"
	"unnoise/model/unet/drawn"
)

// TestScoreNetModel runs the network of the tutorial as the score of its SDE: PyTorch's answer
// over the marginal's deviation.
func TestScoreNetModel(t *testing.T) {
	golden, err := scorenettest.Load("tutorial")
	if err != nil {
		t.Fatal(err)
	}
	set, err := golden.Weights()
	if err != nil {
		t.Fatal(err)
	}
	set.Config = json.RawMessage(`{"_class_name": "ScoreNet", "sample_size": 28, "in_channels": 1, "channels": [32, 64, 128, 256], "embed_dim": 256}`)
	set.Scheduler = json.RawMessage(`{"_class_name": "ScoreTutorialScheduler", "sigma": 25}`)
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		t.Fatal(err)
	}
	if info.Channels != 1 || info.Height != 28 || info.Width != 28 || info.NumClasses != 0 {
		t.Errorf("got %+v", info)
	}
	network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
		g, err := architecture.All.Build(set, batch, info.Height, info.Width)
		if err != nil {
			return nil, err
		}
		return cpu.Compile(g)
	})
	defer network.Close()
	score, of, err := info.Score(network)
	if err != nil {
		t.Fatal(err)
	}
	n := len(golden.Timestep)
	times, class := make([]float64, n), make([]int, n)
	for i, v := range golden.Timestep {
		times[i], class[i] = float64(v), diffusion.NoClass
	}
	got := make([]float32, n*info.Elems())
	if err := score.Score(t.Context(), drawn.Values("input.sample", len(got)), times, diffusion.Cond{Class: class}, got); err != nil {
		t.Fatal(err)
	}
	for i, want := range golden.Output {
		_, std := of.Marginal(times[i/info.Elems()])
		if math.Abs(float64(got[i])*std-float64(want)) > 1e-3 {
			t.Fatalf("value %d times the deviation is %v, expected %v", i, float64(got[i])*std, want)
		}
	}
}
