package run

import (
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/weights"
)

func TestReadInfo(t *testing.T) {
	read := func(config, scheduler, classes string) (Info, error) {
		set := weights.NewSet([]byte(config))
		set.Meta[metaName] = "toy"
		if scheduler != "" {
			set.Scheduler = []byte(scheduler)
		}
		set.Meta[MetaClasses] = classes
		return Architectures{UNet}.ReadInfo(set)
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
	info, err = read(`{"sample_size":16,"out_channels":6}`, `{"variance_type":"learned_range"}`, "")
	if err != nil || !info.LearnedVariance {
		t.Errorf("a network that learns the variance: %+v, %v", info, err)
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
		"5 of 3":      {`{"sample_size":16,"out_channels":5}`, `{"variance_type":"learned_range"}`, ""},
		"class type":  {`{"sample_size":16,"class_embed_type":"timestep"}`, "", ""},
		"classes":     {`{"sample_size":16,"num_class_embeds":3}`, "", "[1,2]"},
		"class count": {`{"sample_size":16,"num_class_embeds":3}`, "", `["a"]`},
	} {
		if info, err := read(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%s: got %+v, expected an error", name, info)
		}
	}
}
