package run

import (
	"fmt"

	"unnoise/model/annotated"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/refinenet"
	"unnoise/model/scorenet"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// Build returns the graph of a model for a batch of pictures, whichever architecture
// its config names: see packages unet, annotated, refinenet and scorenet. The errors are
// theirs; a classifier draws nothing and is refused.
func Build(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	if annotated.Is(set.Config) {
		return annotated.Build(set, batch, height, width)
	}
	if refinenet.Is(set.Config) {
		return refinenet.Build(set, batch, height, width)
	}
	if scorenet.Is(set.Config) {
		return scorenet.Build(set, batch, height, width)
	}
	if noisy.Is(set.Config) {
		return nil, errClassifier
	}
	return unet.Build(set, batch, height, width)
}

// readConfig fills in what the model's config says, and returns the number of channels
// that the network answers with.
func (info *Info) readConfig(set *weights.Set) (outChannels int, err error) {
	if annotated.Is(set.Config) {
		config, err := annotated.ParseConfig(set.Config)
		info.Channels, info.Height, info.Width = config.Channels, config.SampleSize, config.SampleSize
		return config.Channels, err
	}
	if refinenet.Is(set.Config) {
		config, err := refinenet.ParseConfig(set.Config)
		info.Channels, info.Height, info.Width = config.InChannels, config.SampleSize, config.SampleSize
		return config.InChannels, err
	}
	if scorenet.Is(set.Config) {
		config, err := scorenet.ParseConfig(set.Config)
		info.Channels, info.Height, info.Width = config.InChannels, config.SampleSize, config.SampleSize
		return config.InChannels, err
	}
	if noisy.Is(set.Config) {
		config, err := noisy.ParseConfig(set.Config)
		info.Channels, info.Height, info.Width = config.InChannels, config.SampleSize, config.SampleSize
		info.NumClasses = config.NumClasses
		return config.InChannels, err
	}
	config, err := unet.ParseConfig(set.Config)
	if err != nil {
		return 0, err
	}
	if info.Attributes, err = unet.Attributes(set); err != nil {
		return 0, err
	}
	identity := config.ClassEmbedType != nil && *config.ClassEmbedType == "identity"
	switch {
	case info.Attributes != nil && !identity:
		return 0, fmt.Errorf("the model has attributes, but its config's class_embed_type is not \"identity\"")
	case config.ClassEmbedType != nil && info.Attributes == nil:
		return 0, fmt.Errorf("the model's class_embed_type is %q; only classes by number, or attributes with a table, can be sampled from", *config.ClassEmbedType)
	}
	if config.NumClassEmbeds != nil {
		info.NumClasses = max(0, *config.NumClassEmbeds-1) // the last row is the null class
	}
	info.Channels, info.Height, info.Width = config.InChannels, config.SampleSize.Height, config.SampleSize.Width
	return config.OutChannels, nil
}
