package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"slices"

	"github.com/spf13/pflag"

	"unnoise/model/architecture"
	"unnoise/model/graph"
	"unnoise/model/noisy"
	"unnoise/model/run"
	"unnoise/model/sde"
	"unnoise/model/trajectory"
	"unnoise/model/weights"
)

// constraintFlags say what is known of the pictures, or wanted of them.
type constraintFlags struct {
	known, mask, grey string
	classifier        string
	scale             float64
}

func (f *constraintFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.known, "known", "", "PNG of the model's size, of which a part is known; of pc and predictors, with --mask")
	flags.StringVar(&f.mask, "mask", "", "PNG of the model's size, white where --known is known")
	flags.StringVar(&f.grey, "grey", "", "PNG of the model's size to colour; of pc and predictors")
	flags.StringVar(&f.classifier, "classifier", "", ".gguf file of a classifier of noisy pictures that leads to --class, told to it in place of the model")
	flags.Float64Var(&f.scale, "classifier-scale", 1, "factor of the classifier's gradient")
}

// constraint is what n pictures are held to; nil for nothing.
func (f *constraintFlags) constraint(info run.Info, n int) (sde.Constraint, error) {
	switch {
	case f.known == "" && f.mask == "" && f.grey == "":
		return nil, nil
	case f.grey != "" && (f.known != "" || f.mask != ""):
		return nil, fmt.Errorf("--grey goes with neither --known nor --mask")
	case f.grey != "":
		if info.Channels != 3 {
			return nil, fmt.Errorf("--grey: only pictures of 3 channels have colours, and the model's have %d", info.Channels)
		}
		picture, err := readPNG(f.grey, info, 1)
		if err != nil {
			return nil, fmt.Errorf("--grey: %w", err)
		}
		if err := inRange(picture, info); err != nil {
			return nil, err
		}
		return &sde.Colourisation{Grey: slices.Repeat(picture, 3*n), Pixels: info.Height * info.Width}, nil
	case f.known == "" || f.mask == "":
		return nil, fmt.Errorf("--known says the pictures and --mask where they are known: one is missing")
	}
	picture, err := readPNG(f.known, info, info.Channels)
	if err != nil {
		return nil, fmt.Errorf("--known: %w", err)
	}
	if err := inRange(picture, info); err != nil {
		return nil, err
	}
	mask, err := readPNG(f.mask, info, 1)
	if err != nil {
		return nil, fmt.Errorf("--mask: %w", err)
	}
	for i, v := range mask {
		mask[i] = 0
		if v > 0 {
			mask[i] = 1
		}
	}
	return &sde.Inpainting{Data: slices.Repeat(picture, n), Mask: slices.Repeat(mask, info.Channels*n)}, nil
}

// readPNG reads a picture of the model's size, CHW, in [−1, 1].
func readPNG(path string, info run.Info, channels int) ([]float32, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if size := img.Bounds().Size(); size.X != info.Width || size.Y != info.Height {
		return nil, fmt.Errorf("%s is %d×%d, the model's pictures are %d×%d", path, size.X, size.Y, info.Width, info.Height)
	}
	return trajectory.Values(img, channels)
}

// inRange turns values in [−1, 1] into those of the model's data.
func inRange(values []float32, info run.Info) error {
	lowest, highest, err := info.Scheduler.Range()
	for i, v := range values {
		values[i] = float32(lowest + (highest-lowest)*(float64(v)+1)/2)
	}
	return err
}

// guided leads a score to the classes of its condition by the classifier; without one it
// is the score itself. close must be called in the end.
func (f *constraintFlags) guided(ctx context.Context, exec *executor, score sde.Score, info run.Info) (guided sde.Score, close func(), err error) {
	if f.classifier == "" {
		return score, func() {}, nil
	}
	set, err := readModelFile(f.classifier)
	if err != nil {
		return nil, func() {}, err
	}
	guide, err := newGuide(ctx, exec, set, info)
	if err != nil {
		return nil, func() {}, fmt.Errorf("%s: %w", f.classifier, err)
	}
	return &sde.Guided{Free: score, Guide: guide, Scale: f.scale}, guide.Close, nil
}

// newGuide makes the classifier of noisy pictures in set ready for those of a model.
func newGuide(ctx context.Context, exec *executor, set *weights.Set, info run.Info) (*run.Classifier, error) {
	if !noisy.Is(set.Config) {
		return nil, fmt.Errorf("this is no classifier of noisy pictures")
	}
	known, err := architecture.All.ReadInfo(set)
	if err != nil {
		return nil, err
	}
	if got, want := [3]int{known.Channels, known.Height, known.Width}, [3]int{info.Channels, info.Height, info.Width}; got != want {
		return nil, fmt.Errorf("the classifier knows pictures of %v, the model's are of %v (channels, height, width)", got, want)
	}
	process, err := info.Scheduler.SDE()
	if err != nil {
		return nil, err
	}
	return run.NewClassifier(known, process, func(batch int) (graph.Program, error) {
		g, err := noisy.BuildGuide(set, batch, info.Height, info.Width)
		if err != nil {
			return nil, err
		}
		return exec.compile(ctx, g)
	})
}
