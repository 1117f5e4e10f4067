package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"unnoise/model/architecture"
	"unnoise/model/dpm"
	"unnoise/model/noisy"
	"unnoise/model/run"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// checkNetwork says what keeps weights from being the network that their config
// describes: a tensor that is missing or of another shape, or what the config asks for.
// runs is false where the config names a network that this program does not have, of whose
// weights it cannot know anything.
func checkNetwork(set *weights.Set) (runs bool, err error) {
	var config struct {
		Class string `json:"_class_name"`
	}
	if err := json.Unmarshal(set.Config, &config); err != nil {
		return false, fmt.Errorf("the model's config cannot be read: %w", err)
	}
	is := func(a *run.Architecture) bool { return slices.Contains(a.Names, config.Class) }
	switch {
	case config.Class == dpm.ClassName:
		_, err = dpm.Build(set, 1)
	case is(run.UNet):
		err = checkUNet(set)
	case is(architecture.NoisyClassifier):
		var info run.Info
		if info, err = architecture.All.ReadInfo(set); err == nil {
			_, err = noisy.Build(set, 1, info.Height, info.Width)
		}
	case slices.ContainsFunc(architecture.All, is):
		var info run.Info
		if info, err = architecture.All.ReadInfo(set); err == nil {
			_, err = architecture.All.Build(set, 1, info.Height, info.Width)
		}
	default:
		return false, nil
	}
	return true, err
}

// checkUNet builds the network for small pictures: its weights are those of any size.
func checkUNet(set *weights.Set) error {
	config, err := unet.ParseConfig(set.Config)
	if err != nil {
		return err
	}
	side := 8 << len(config.BlockOutChannels) // which any chain of halvings divides
	_, err = unet.Build(set, 1, side, side)
	return err
}
