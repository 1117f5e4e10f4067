package run

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// Architecture is a kind of network. A program lists those that it can run, and carries
// the code of no other: see UNet, and package architecture for the rest.
type Architecture struct {
	// Names are its values of _class_name in a model's config. An empty one stands for a
	// config that has none.
	Names []string
	// Read fills in what the model's config says, and returns the number of channels that
	// the network answers with. Its errors name the key and its value.
	Read func(info *Info, set *weights.Set) (outChannels int, err error)
	// Build returns the graph for a batch of pictures, or says why it draws none.
	Build func(set *weights.Set, batch, height, width int) (*graph.Graph, error)
}

// UNet is diffusers' UNet2DModel: see package unet.
var UNet = &Architecture{Names: []string{"UNet2DModel", ""}, Read: readUNet, Build: unet.Build}

// Architectures are those that a program can run.
type Architectures []*Architecture

// Build returns the graph of a model for a batch of pictures. The error is the
// architecture's, or says that it is none of these.
func (known Architectures) Build(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	a, err := known.of(set)
	if err != nil {
		return nil, err
	}
	return a.Build(set, batch, height, width)
}

// of finds the architecture that a model's config names.
func (known Architectures) of(set *weights.Set) (*Architecture, error) {
	var config struct {
		Class string `json:"_class_name"`
	}
	if err := json.Unmarshal(set.Config, &config); err != nil {
		return nil, fmt.Errorf("the model's config cannot be read: %w", err)
	}
	var names []string
	for _, a := range known {
		if slices.Contains(a.Names, config.Class) {
			return a, nil
		}
		for _, name := range a.Names {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	return nil, fmt.Errorf("the config's _class_name is %q, a network that this program cannot run; it runs %s", config.Class, strings.Join(names, ", "))
}

func readUNet(info *Info, set *weights.Set) (outChannels int, err error) {
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
