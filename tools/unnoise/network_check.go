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
// unread are the tensors that the network does not read. runs is false where the config
// names a network that this program does not have, of whose weights it cannot know anything.
func checkNetwork(set *weights.Set) (unread []string, runs bool, err error) {
	set = set.Noting()
	var config struct {
		Class string `json:"_class_name"`
	}
	if err := json.Unmarshal(set.Config, &config); err != nil {
		return nil, false, fmt.Errorf("the model's config cannot be read: %w", err)
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
		return nil, false, nil
	}
	return set.Unread(), true, err
}

// refuseUnread says which tensors of a checkpoint its network does not read: they mean that
// the config is another network's, or that the file holds more than one.
func refuseUnread(unread []string) error {
	switch len(unread) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("the config's network does not read tensor %q: is it this network's config? --drop-unread leaves the tensor out", unread[0])
	}
	return fmt.Errorf("the config's network does not read %d of the tensors, the first is %q: is it this network's config? --drop-unread leaves them out", len(unread), unread[0])
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
