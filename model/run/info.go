package run

import (
	"encoding/json"
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/weights"
)

// Keys of a model's metadata, besides its config.
const (
	metaName      = "general.name"
	metaScheduler = "unnoise.scheduler" // diffusers' scheduler_config.json
	metaClasses   = "unnoise.classes"   // JSON array of names
)

// Info is what a run needs to know of a model.
type Info struct {
	Name       string    `json:"name"`
	Classes    []string  `json:"classes"`     // their names, where they have any
	NumClasses int       `json:"num_classes"` // without the null class; 0 where there are none
	Channels   int       `json:"channels"`
	Height     int       `json:"height"`
	Width      int       `json:"width"`
	Scheduler  Scheduler `json:"scheduler"`
}

// Scheduler is the part of diffusers' scheduler_config.json that defines the
// noise a network was trained on. Zero values are diffusers' defaults.
type Scheduler struct {
	NumTrainTimesteps int     `json:"num_train_timesteps"`
	BetaSchedule      string  `json:"beta_schedule"`
	BetaStart         float64 `json:"beta_start"`
	BetaEnd           float64 `json:"beta_end"`
	PredictionType    string  `json:"prediction_type"`
	ClipSample        *bool   `json:"clip_sample"`
}

// ReadInfo reads a model's config and metadata. The error names the key that is
// wrong.
func ReadInfo(set *weights.Set) (Info, error) {
	var config struct {
		SampleSize     json.RawMessage `json:"sample_size"`
		InChannels     *int            `json:"in_channels"`
		NumClassEmbeds int             `json:"num_class_embeds"`
	}
	if err := json.Unmarshal(set.Config, &config); err != nil {
		return Info{}, fmt.Errorf("the model's config: %w", err)
	}
	info := Info{Name: set.Meta[metaName], Channels: 3}
	if config.InChannels != nil {
		info.Channels = *config.InChannels
	}
	var err error
	if info.Height, info.Width, err = sampleSize(config.SampleSize); err != nil {
		return Info{}, err
	}
	if info.Channels < 1 || info.Height < 1 || info.Width < 1 {
		return Info{}, fmt.Errorf("the model's config: pictures of %d×%d with %d channels", info.Height, info.Width, info.Channels)
	}
	// The last row of the class embedding is the null class.
	info.NumClasses = max(0, config.NumClassEmbeds-1)
	if text := set.Meta[metaScheduler]; text != "" {
		if err := json.Unmarshal([]byte(text), &info.Scheduler); err != nil {
			return Info{}, fmt.Errorf("the model's %s: %w", metaScheduler, err)
		}
	}
	if text := set.Meta[metaClasses]; text != "" {
		if err := json.Unmarshal([]byte(text), &info.Classes); err != nil {
			return Info{}, fmt.Errorf("the model's %s: %w", metaClasses, err)
		}
		if len(info.Classes) != info.NumClasses {
			return Info{}, fmt.Errorf("the model's %s has %d names, its config %d classes and the null class", metaClasses, len(info.Classes), info.NumClasses)
		}
	}
	return info, nil
}

// sampleSize reads diffusers' sample_size: one number or [height, width].
func sampleSize(raw json.RawMessage) (height, width int, err error) {
	var both [2]int
	if json.Unmarshal(raw, &height) == nil {
		return height, height, nil
	}
	if json.Unmarshal(raw, &both) == nil {
		return both[0], both[1], nil
	}
	return 0, 0, fmt.Errorf("the model's config: sample_size %q is neither a number nor [height, width]", raw)
}

// Elems is the number of values of one picture.
func (info Info) Elems() int { return info.Channels * info.Height * info.Width }

// T is the number of trained timesteps.
func (s Scheduler) T() int {
	if s.NumTrainTimesteps == 0 {
		return 1000
	}
	return s.NumTrainTimesteps
}

// Schedule returns the noise schedule of the training.
func (s Scheduler) Schedule() (*diffusion.Schedule, error) {
	start, end := s.BetaStart, s.BetaEnd
	if start == 0 {
		start = 1e-4
	}
	if end == 0 {
		end = 0.02
	}
	switch s.BetaSchedule {
	case "", "linear":
		return diffusion.Linear(s.T(), start, end)
	case "scaled_linear":
		return diffusion.ScaledLinear(s.T(), start, end)
	case "squaredcos_cap_v2":
		return diffusion.Cosine(s.T())
	}
	return nil, fmt.Errorf("beta_schedule %q is not one of linear, scaled_linear, squaredcos_cap_v2", s.BetaSchedule)
}

// Parametrisation returns how the network's answer is read.
func (s Scheduler) Parametrisation() (diffusion.Parametrisation, error) {
	predict, err := diffusion.PredictionByName(s.PredictionType)
	clip := s.ClipSample == nil || *s.ClipSample
	return diffusion.Parametrisation{Predict: predict, Clip: clip}, err
}
