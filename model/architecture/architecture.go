package architecture

import (
	"errors"

	"unnoise/model/annotated"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/refinenet"
	"unnoise/model/run"
	"unnoise/model/scorenet"
	"unnoise/model/weights"
)

// All are all architectures.
var All = run.Architectures{run.UNet, Annotated, RefineNet, ScoreNet, NoisyClassifier}

// Annotated is the network of The Annotated Diffusion Model: see package annotated.
var Annotated = &run.Architecture{
	Names: []string{annotated.ClassName},
	Read: func(info *run.Info, set *weights.Set) (int, error) {
		config, err := annotated.ParseConfig(set.Config)
		return square(info, config.Channels, config.SampleSize), err
	},
	Build: annotated.Build,
}

// RefineNet is the networks of NCSN and NCSNv2: see package refinenet.
var RefineNet = &run.Architecture{
	Names: []string{refinenet.NCSN, refinenet.NCSNv2},
	Read: func(info *run.Info, set *weights.Set) (int, error) {
		config, err := refinenet.ParseConfig(set.Config)
		return square(info, config.InChannels, config.SampleSize), err
	},
	Build: refinenet.Build,
}

// ScoreNet is the network of the score SDE tutorial: see package scorenet.
var ScoreNet = &run.Architecture{
	Names: []string{scorenet.ClassName},
	Read: func(info *run.Info, set *weights.Set) (int, error) {
		config, err := scorenet.ParseConfig(set.Config)
		return square(info, config.InChannels, config.SampleSize), err
	},
	Build: scorenet.Build,
}

// NoisyClassifier is the classifier that guides another network: see package noisy.
var NoisyClassifier = &run.Architecture{
	Names: []string{noisy.ClassName},
	Read: func(info *run.Info, set *weights.Set) (int, error) {
		config, err := noisy.ParseConfig(set.Config)
		info.NumClasses = config.NumClasses
		return square(info, config.InChannels, config.SampleSize), err
	},
	Build: func(*weights.Set, int, int, int) (*graph.Graph, error) { return nil, errClassifier },
}

var errClassifier = errors.New("the model is a classifier of noisy pictures: it steers the sampling of another model and draws nothing itself")

// square notes pictures of size×size, and returns the channels.
func square(info *run.Info, channels, size int) int {
	info.Channels, info.Height, info.Width = channels, size, size
	return channels
}
