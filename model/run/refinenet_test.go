package run_test

import (
	"encoding/json"
	"math"
	"testing"

	"unnoise/model/architecture"
	"unnoise/model/cpu"
	"unnoise/model/diffusion"
	"unnoise/model/graph"
	"unnoise/model/refinenet/refinenettest"
	"unnoise/model/run"
	"unnoise/model/unet/drawn"
)

// TestRefineNetModel runs the networks of NCSN and NCSNv2 as any model, told the number of
// the noise level in place of a timestep: the answers are PyTorch's.
func TestRefineNetModel(t *testing.T) {
	for _, name := range refinenettest.Goldens.Names {
		golden, err := refinenettest.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		set, err := golden.Weights()
		if err != nil {
			t.Fatal(err)
		}
		var config map[string]any
		if err := json.Unmarshal(set.Config, &config); err != nil {
			t.Fatal(err)
		}
		config["sample_size"] = 8
		if set.Config, err = json.Marshal(config); err != nil {
			t.Fatal(err)
		}
		set.Scheduler = json.RawMessage(`{"_class_name": "AnnealedLangevinScheduler", "sigmas": [1, 0.1, 0.01], "per_level": 100, "step": 2e-5}`)
		info, err := architecture.All.ReadInfo(set)
		if err != nil {
			t.Fatal(err)
		}
		channels := int(config["in_channels"].(float64))
		if info.Channels != channels || info.Height != 8 || info.Width != 8 || info.NumClasses != 0 {
			t.Errorf("%s: got %+v", name, info)
		}
		low, high, err := info.Scheduler.Range()
		if low != 0 || high != 1 || err != nil {
			t.Errorf("%s: the data go from %g to %g, %v", name, low, high, err)
		}
		info.Height, info.Width = golden.Size[0], golden.Size[1]
		network := run.NewNetwork(info, func(batch int) (graph.Program, error) {
			g, err := architecture.All.Build(set, batch, info.Height, info.Width)
			if err != nil {
				return nil, err
			}
			return cpu.Compile(g)
		})
		n := len(golden.Timestep)
		times, class := make([]float64, n), make([]int, n)
		for i, v := range golden.Timestep {
			times[i], class[i] = float64(v), diffusion.NoClass
		}
		out, err := network.Predict(t.Context(), drawn.Values("input.sample", n*info.Elems()), times, diffusion.Cond{Class: class})
		network.Close()
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range golden.Output {
			if math.Abs(float64(out.Pred[i]-want)) > 1e-5 {
				t.Fatalf("%s: value %d is %v, expected %v", name, i, out.Pred[i], want)
			}
		}
	}
}
