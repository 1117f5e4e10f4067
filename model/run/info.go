package run

import (
	"encoding/json"
	"fmt"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/weights"
)

// Keys of a model's metadata, besides its config.
const (
	metaName = "general.name"
	// MetaClasses is the key of the classes' names: a JSON array of text.
	MetaClasses = "unnoise.classes"
)

// maxExtent bounds a picture before memory is asked for it: the config may come
// from an untrusted file.
const maxExtent = 2048

// Info is what a run needs to know of a model.
type Info struct {
	Name       string   `json:"name"`
	Classes    []string `json:"classes"`     // their names, where they have any
	NumClasses int      `json:"num_classes"` // without the null class; 0 where there are none
	// Attributes are what the network can be told in place of a class; most are told none.
	Attributes []Attribute `json:"attributes,omitempty"`
	Channels   int         `json:"channels"`
	Height     int         `json:"height"`
	Width      int         `json:"width"`
	// LearnedVariance: the network answers its picture with twice the channels, of
	// which the second half says the variance (diffusion.LearnedRange).
	LearnedVariance bool      `json:"learned_variance"`
	Scheduler       Scheduler `json:"scheduler"`
}

// Scheduler is the part of diffusers' scheduler_config.json that defines the
// noise a network was trained on. Zero values are diffusers' defaults.
type Scheduler struct {
	// ClassName is the scheduler's class; the Continuous ones have the fields at the end.
	ClassName         string    `json:"_class_name,omitempty"`
	NumTrainTimesteps int       `json:"num_train_timesteps"`
	BetaSchedule      string    `json:"beta_schedule"`
	BetaStart         float64   `json:"beta_start"`
	BetaEnd           float64   `json:"beta_end"`
	TrainedBetas      []float64 `json:"trained_betas"` // in place of the above
	PredictionType    string    `json:"prediction_type"`
	VarianceType      string    `json:"variance_type"`
	ClipSample        *bool     `json:"clip_sample"`
	ClipSampleRange   float64   `json:"clip_sample_range"`
	RescaleToZeroSNR  bool      `json:"rescale_betas_zero_snr"`
	Continuous
}

// ReadInfo reads a model's config and metadata. The error names the key that is
// wrong, or says why the network cannot be sampled from.
func (known Architectures) ReadInfo(set *weights.Set) (Info, error) {
	info := Info{Name: set.Meta[metaName]}
	a, err := known.of(set)
	if err != nil {
		return Info{}, err
	}
	outChannels, err := a.Read(&info, set)
	if err != nil {
		return Info{}, err
	}
	switch {
	case min(info.Channels, info.Height, info.Width) < 1:
		return Info{}, fmt.Errorf("the model's config gives no sample_size, so it is not known how large its pictures are")
	case max(info.Channels, info.Height, info.Width) > maxExtent:
		return Info{}, fmt.Errorf("the model's config gives pictures of %d×%d with %d channels; they may have at most %d of each", info.Height, info.Width, info.Channels, maxExtent)
	}
	if set.Scheduler != nil {
		if err := json.Unmarshal(set.Scheduler, &info.Scheduler); err != nil {
			return Info{}, fmt.Errorf("the model's scheduler: %w", err)
		}
	}
	if err := info.readOutput(outChannels); err != nil {
		return Info{}, err
	}
	if text := set.Meta[MetaClasses]; text != "" {
		if err := json.Unmarshal([]byte(text), &info.Classes); err != nil {
			return Info{}, fmt.Errorf("the model's %s: %w", MetaClasses, err)
		}
		if len(info.Classes) != info.NumClasses {
			return Info{}, fmt.Errorf("the model's %s has %d names, its config %d classes and the null class", MetaClasses, len(info.Classes), info.NumClasses)
		}
	}
	return info, nil
}

// readOutput finds out what the network's output channels are.
func (info *Info) readOutput(channels int) error {
	switch {
	case channels == info.Channels:
		return nil
	case channels == 2*info.Channels && info.Scheduler.VarianceType == "learned_range":
		info.LearnedVariance = true
		return nil
	case channels == 2*info.Channels:
		return fmt.Errorf("the network answers a picture of %d channels with %d, as those do that learn the variance; its scheduler's variance_type is %q and not learned_range", info.Channels, channels, info.Scheduler.VarianceType)
	}
	return fmt.Errorf("the network answers a picture of %d channels with %d; only those that predict as many, or as many again for the variance, can be sampled from", info.Channels, channels)
}

// Elems is the number of values of one picture.
func (info Info) Elems() int { return info.Channels * info.Height * info.Width }

// T is the number of trained timesteps.
func (s Scheduler) T() int {
	if len(s.TrainedBetas) > 0 {
		return len(s.TrainedBetas)
	}
	if s.NumTrainTimesteps == 0 {
		return 1000
	}
	return s.NumTrainTimesteps
}

// Schedule returns the noise schedule of the training. The error names the key
// whose value is not known here.
func (s Scheduler) Schedule() (*diffusion.Schedule, error) {
	switch {
	case s.IsContinuous():
		return nil, fmt.Errorf("%s: this model knows scores and no timesteps; draw from it with %s", s.ClassName, s.drawnBy())
	case s.RescaleToZeroSNR:
		return nil, fmt.Errorf("rescale_betas_zero_snr is true, which is not supported here")
	case len(s.TrainedBetas) > 0:
		return diffusion.FromBetas(slices.Clone(s.TrainedBetas))
	}
	start, end := s.betas()
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

// betas are the ends of the noise schedules that have a first and a last β.
func (s Scheduler) betas() (start, end float64) {
	start, end = s.BetaStart, s.BetaEnd
	if start == 0 {
		start = 1e-4
	}
	if end == 0 {
		end = 0.02
	}
	return start, end
}

// Parametrisation returns how the network's answer is read. The error names the
// key whose value is not known here.
func (s Scheduler) Parametrisation() (diffusion.Parametrisation, error) {
	predict, err := diffusion.PredictionByName(s.PredictionType)
	if err != nil {
		return diffusion.Parametrisation{}, err
	}
	clip := s.ClipSample == nil || *s.ClipSample
	if clip && s.ClipSampleRange != 0 && s.ClipSampleRange != 1 {
		return diffusion.Parametrisation{}, fmt.Errorf("clip_sample_range is %g; only 1 is supported here", s.ClipSampleRange)
	}
	return diffusion.Parametrisation{Predict: predict, Clip: clip}, nil
}
