package main

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unnoise/model/architecture"
	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/model/safetensors"
	"unnoise/model/trajectory"
)

// maxTrajectoryBytes is how much --trajectory may hold in memory until the end.
const maxTrajectoryBytes = 512 << 20

// sampling is what the flags of sample ask for.
type sampling struct {
	spec       run.Spec
	link       string // replaces spec
	model      string
	class      string
	attributes []string // name=option each
	from       string   // PNG to start from, noised to t
	t          int
	out        string
	raw        string
	trajectory string
	quiet      bool
	score      scoreFlags
}

func newSampleCommand() *cobra.Command {
	s := sampling{spec: run.Default()}
	cmd := &cobra.Command{
		Use:   "sample",
		Short: "Draw pictures from a model",
		Long: `Draw pictures from a model.

Picture k is seeded seed+k, so it does not depend on how many are drawn. --link
takes the part after # of a link to the page, in place of the flags that say the
same.

Samplers of scores, for models of SDEs (those trained as DDPM on a linear schedule
are of one too): pc is predictor–corrector sampling with the reverse-diffusion
predictor unless --predictor says another; reverse-diffusion, euler-maruyama and
ancestral are predictors alone; rk45 solves the probability-flow ODE.
annealed-langevin is for models with noise levels, NCSN and NCSNv2. Samplers in
steps of a predictor complete a picture (--known, --mask) or colour one (--grey);
with --classifier those of SDEs lead to a class by its gradient.`,
		Example: `  unnoise sample --model m.gguf --class 7 --sampler ddim --steps 50 --eta 0 \
      --guidance 2 --seed 0 --n 16 --out grid.png
  unnoise sample --model m.gguf --class Sneaker --sampler ddpm --steps 200 \
      --out one.png --trajectory steps
  unnoise sample --model m.gguf --class Bag --from coat.png --t 400 --out bag.png
  unnoise sample --model faces.gguf --attribute hair=bob --attribute glasses=dark --n 4 --out faces.png
  unnoise sample --model ve.gguf --sampler pc --steps 500 --snr 0.16 --n 16 --out pc.png
  unnoise sample --model m.gguf --sampler rk45 --tolerance 1e-3 --n 4 --out flow.png
  unnoise sample --model ncsnv2.gguf --sampler annealed-langevin --denoise --out face.png --trajectory steps
  unnoise sample --model subvp.gguf --sampler pc --known half.png --mask mask.png --n 4 --out whole.png
  unnoise sample --model m.gguf --link 'class=7&sampler=ddim&steps=10&seed=3&n=4' --raw x.safetensors`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if s.from == "" && cmd.Flags().Changed("t") {
				return fmt.Errorf("--t says how far the picture of --from is noised; without --from it means nothing")
			}
			if err := s.score.check(s.spec.Sampler, cmd.Flags().Changed); err != nil {
				return err
			}
			return s.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.model, "model", "", "the model: a .gguf file or a diffusers folder")
	flags.StringVar(&s.class, "class", "none", "class by number or name, or none")
	flags.StringArrayVar(&s.attributes, "attribute", nil, "an attribute and its option, hair=bob; once for each (inspect lists them)")
	flags.StringVar(&s.spec.Sampler, "sampler", s.spec.Sampler, "one of "+strings.Join(run.Samplers, ", ")+"; of scores one of "+strings.Join(scoreSamplers, ", "))
	flags.StringVar(&s.spec.Variance, "variance", s.spec.Variance, "fixed_small or fixed_large, of ddpm; learned_range where the model has learned it")
	flags.IntVar(&s.spec.Steps, "steps", s.spec.Steps, "number of steps; 200 where not given, of samplers of scores")
	flags.Float64Var(&s.spec.Eta, "eta", s.spec.Eta, "η of ddim: 0 is deterministic, 1 as noisy as ddpm")
	flags.StringVar(&s.spec.Spacing, "spacing", s.spec.Spacing, "noise levels visited: uniform in t or karras; not of ddpm and ddim")
	flags.Float64Var(&s.spec.Guidance, "guidance", s.spec.Guidance, "guidance scale s; 1 is none")
	flags.Uint64Var(&s.spec.Seed, "seed", s.spec.Seed, "seed of the first picture")
	flags.IntVar(&s.spec.N, "n", s.spec.N, "number of pictures")
	flags.StringVar(&s.link, "link", "", "the run as in a link to the page")
	flags.StringVar(&s.from, "from", "", "PNG of the model's size to start from")
	flags.IntVar(&s.t, "t", 500, "timestep to which the picture of --from is noised")
	flags.StringVar(&s.out, "out", "", "PNG to write: the pictures in a grid")
	flags.StringVar(&s.raw, "raw", "", `safetensors file to write: the pictures as "sample" [N, C, H, W]`)
	flags.StringVar(&s.trajectory, "trajectory", "", "new folder to write: a PNG of every step, and trajectory.safetensors")
	flags.BoolVar(&s.quiet, "quiet", false, "show no progress")
	s.score.add(flags)
	must(cmd, "model")
	for _, flag := range []string{"class", "attribute", "sampler", "variance", "steps", "eta", "spacing", "guidance", "seed", "n", "from"} {
		cmd.MarkFlagsMutuallyExclusive("link", flag)
	}
	cmd.MarkFlagsOneRequired("out", "raw", "trajectory")
	return cmd
}

// run draws the pictures and writes what was asked for, all of it at the end.
func (s *sampling) run(ctx context.Context, stderr io.Writer) error {
	if err := s.checkOutputs(); err != nil {
		return err
	}
	set, err := readModelFile(s.model)
	if err != nil {
		return err
	}
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		return fmt.Errorf("%s: %w", s.model, err)
	}
	if s.link == "" && !slices.Contains(run.Samplers, s.spec.Sampler) && !slices.Contains(scoreSamplers, s.spec.Sampler) {
		return fmt.Errorf("--sampler: there is no sampler %q; they are %s, and of scores %s", s.spec.Sampler, strings.Join(run.Samplers, ", "), strings.Join(scoreSamplers, ", "))
	}
	if slices.Contains(scoreSamplers, s.spec.Sampler) {
		return s.drawByScore(ctx, set, info, stderr)
	}
	plan, start, err := s.plan(info)
	if err != nil {
		return err
	}
	if held := int64(len(plan.Updates)+1) * int64(plan.Layout.Elems()) * 8; s.trajectory != "" && held > maxTrajectoryBytes {
		return fmt.Errorf("--trajectory would hold %d MB, at most %d are possible: draw fewer pictures or steps", held>>20, maxTrajectoryBytes>>20)
	}
	exec, err := openExecutor(ctx)
	if err != nil {
		return err
	}
	defer exec.close()
	network := newNetwork(ctx, exec, set, info)
	defer network.Close()

	began := time.Now()
	recorded, err := s.draw(ctx, plan, network, start, stderr, func(err error) error {
		if err := exec.renew(ctx, err); err != nil {
			return err
		}
		network.Close() // its programs were the lost device's
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.write(plan.Layout, recorded); err != nil {
		return err
	}
	if !s.quiet {
		fmt.Fprintf(stderr, "Pictures: %d, steps: %d, time: %v on %s\n",
			plan.Spec.N, len(plan.Updates), time.Since(began).Round(time.Millisecond), exec.name)
	}
	return nil
}

// plan lays out the run and its start.
func (s *sampling) plan(info run.Info) (*run.Plan, run.Start, error) {
	fail := func(err error) (*run.Plan, run.Start, error) { return nil, run.Start{}, err }
	spec := s.spec
	if s.link != "" {
		var problems run.Problems
		if spec, problems = run.Decode(s.link); len(problems) > 0 {
			return fail(fmt.Errorf("--link, of which nothing was drawn: %w", problems))
		}
	} else {
		class, err := info.ParseClass(s.class)
		if err != nil {
			return fail(err)
		}
		spec.Class = class
		options, err := info.ParseAttributes(strings.Join(s.attributes, ";"))
		if err != nil {
			return fail(fmt.Errorf("--attribute: %w", err))
		}
		spec.Attributes = info.FormatAttributes(options)
	}
	if s.from != "" {
		file, err := os.ReadFile(s.from)
		if err != nil {
			return fail(err)
		}
		spec.Start = &run.StartPicture{T: s.t, Picture: run.PNGPicture(file)}
	}
	plan, err := run.NewPlan(spec, info)
	if err != nil {
		return fail(err)
	}
	x0, err := startPicture(spec.Start, info)
	if err != nil {
		return fail(err)
	}
	start, err := plan.Start(x0)
	return plan, start, err
}

// startPicture returns the picture that a run starts from, CHW, nil where it
// starts from noise.
func startPicture(from *run.StartPicture, info run.Info) ([]float32, error) {
	if from == nil {
		return nil, nil
	}
	_, file, err := from.Source()
	if err != nil {
		return nil, err
	}
	if file == nil {
		return nil, fmt.Errorf("the link starts from %s, a picture that only the page has; save it there and use --from", from.Picture)
	}
	config, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("the picture to start from: %w", err)
	}
	if config.Width != info.Width || config.Height != info.Height {
		return nil, fmt.Errorf("the picture to start from is %d×%d, the model's are %d×%d", config.Width, config.Height, info.Width, info.Height)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("the picture to start from: %w", err)
	}
	return trajectory.Values(img, info.Channels)
}

// maxLosses is how often a run goes on after the loss of its device.
const maxLosses = 3

// draw carries the plan out. Steps are kept only where a trajectory is asked for.
// Where renew can mend what went wrong, a lost device, the run goes on from the last
// step.
func (s *sampling) draw(ctx context.Context, plan *run.Plan, network diffusion.Predictor, start run.Start, stderr io.Writer, renew func(error) error) ([]diffusion.Step, error) {
	bar := newProgress(stderr, len(plan.Updates), s.quiet)
	defer bar.finish()
	var recorded []diffusion.Step
	next := start.I // the first step that has not been recorded
	record := func(step diffusion.Step) error {
		start = run.Start{I: step.I, Xt: owned(step.Xt), Before: owned(step.Before)}
		if step.I < next {
			return nil // computed again
		}
		next = step.I + 1
		bar.set(step.I)
		final := step.I == len(plan.Updates)
		if s.trajectory != "" || final {
			step.Xt = owned(step.Xt)
			step.Pred = owned(step.Pred)
			recorded = append(recorded, step)
		}
		return nil
	}
	for losses := 0; ; losses++ {
		err := plan.Run(ctx, network, start, record)
		if err == nil || losses == maxLosses || ctx.Err() != nil {
			return recorded, err
		}
		if err := renew(err); err != nil {
			return recorded, err
		}
	}
}

func owned(values []float32) []float32 { return append([]float32(nil), values...) }

// checkOutputs finds before the run what could not be written after it.
func (s *sampling) checkOutputs() error {
	if s.out != "" && !strings.EqualFold(filepath.Ext(s.out), ".png") {
		return fmt.Errorf("--out %s: the grid is a PNG, so its name must end in .png", s.out)
	}
	if s.raw != "" && filepath.Ext(s.raw) != ".safetensors" {
		return fmt.Errorf("--raw %s: the name must end in .safetensors", s.raw)
	}
	for _, path := range []string{s.out, s.raw} {
		if path == "" {
			continue
		}
		if err := checkOutput(path); err != nil {
			return err
		}
	}
	if s.trajectory != "" {
		parent := filepath.Dir(filepath.Clean(s.trajectory))
		if info, err := os.Stat(parent); err != nil || !info.IsDir() {
			return fmt.Errorf("%s cannot be written: there is no folder %s", s.trajectory, parent)
		}
		if info, err := os.Stat(s.trajectory); err == nil && !info.IsDir() {
			return fmt.Errorf("--trajectory %s is a file; name a new folder", s.trajectory)
		}
		if entries, err := os.ReadDir(s.trajectory); err == nil && len(entries) > 0 {
			return fmt.Errorf("--trajectory %s: the folder is there and not empty; name a new one", s.trajectory)
		}
	}
	return nil
}

// write writes the outputs. recorded ends with x_0.
func (s *sampling) write(layout trajectory.Layout, recorded []diffusion.Step) error {
	x0 := recorded[len(recorded)-1].Xt
	if s.trajectory != "" {
		if err := writeTrajectory(s.trajectory, layout, recorded); err != nil {
			return err
		}
	}
	if s.raw != "" {
		err := writeSafetensors(s.raw, safetensors.FromFloat32(sampleName, shapeOf(layout), x0))
		if err != nil {
			return err
		}
	}
	if s.out != "" {
		return writeGrid(s.out, layout, x0)
	}
	return nil
}
