package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"unnoise/model/architecture"
	"unnoise/model/rng"
	"unnoise/model/run"
	"unnoise/model/safetensors"
	"unnoise/model/sde"
)

// likelihood is what the flags of likelihood ask for.
type likelihood struct {
	model, in, out string
	class          string
	attributes     []string
	tolerance, eps float64
	probes, batch  int
	probe          string
	seed           uint64
	dequantize     bool
	quiet          bool
}

// Kinds of probes, as --probe names them.
const (
	probeSigns  = "signs"
	probeNormal = "normal"
)

func newLikelihoodCommand() *cobra.Command {
	var l likelihood
	cmd := &cobra.Command{
		Use:   "likelihood",
		Short: "Compute how probable pictures are, in bits per dimension",
		Long: `Compute how probable pictures are, in bits per dimension, by the probability-flow
ODE of a model's SDE (Song et al. 2021, arXiv:2011.13456, §4.3): of --in's tensor
sample [N, C, H, W], with the values that the model was trained on.

The divergence along the way is estimated with --probes random probes a picture:
probe p of picture k is draw p of torch.randn by a generator seeded seed+k, or the
signs of it. --dequantize takes the values for 256 levels and spreads each evenly
over its own, v = (255·v + u)/256 for v in [0, 1], as is due before a density of
pictures means bits: u is torch.rand by the same generator, after the probes.

Pictures of a batch take the same steps, whose error is held below the tolerance on
average, so that a figure depends on the others as far as it does on the tolerance.`,
		Example: `  unnoise likelihood --model subvp.gguf --in pictures.safetensors
  unnoise likelihood --model m.gguf --in pictures.safetensors --tolerance 1e-3 --probes 4 --out bits.safetensors`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return l.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&l.model, "model", "", "the model: a .gguf file or a diffusers folder")
	flags.StringVar(&l.in, "in", "", "safetensors file of the pictures")
	flags.StringVar(&l.out, "out", "", "safetensors file to write: bits_per_dim [N], log_p [N] and latent [N, C, H, W]")
	flags.StringVar(&l.class, "class", "none", "class by number or name, or none")
	flags.StringArrayVar(&l.attributes, "attribute", nil, "an attribute and its option, hair=bob; once for each (inspect lists them)")
	flags.Float64Var(&l.tolerance, "tolerance", sde.Tolerance, "relative and absolute tolerance of the ODE's solver")
	flags.Float64Var(&l.eps, "eps", sde.LikelihoodEps, "time at which the data lie")
	flags.IntVar(&l.probes, "probes", 1, "probes of each picture")
	flags.StringVar(&l.probe, "probe", probeSigns, "what a probe is: "+probeSigns+" (Rademacher) or "+probeNormal)
	flags.Uint64Var(&l.seed, "seed", 0, "seed of the first picture's probes")
	flags.IntVar(&l.batch, "batch", run.DefaultMaxBatch, "pictures that are solved together")
	flags.BoolVar(&l.dequantize, "dequantize", false, "spread each of 256 levels evenly over its own")
	flags.BoolVar(&l.quiet, "quiet", false, "show no progress")
	must(cmd, "model", "in")
	return cmd
}

// run computes the likelihoods and prints them, and writes --out in the end.
func (l *likelihood) run(ctx context.Context, stdout, stderr io.Writer) error {
	if l.probe != probeSigns && l.probe != probeNormal {
		return fmt.Errorf("--probe %s: there are %s and %s", l.probe, probeSigns, probeNormal)
	}
	if l.probes < 1 || l.batch < 1 {
		return fmt.Errorf("--probes %d, --batch %d: both must be at least 1", l.probes, l.batch)
	}
	if err := checkTolerance(l.tolerance); err != nil {
		return err
	}
	if !(l.eps > 0 && l.eps < 1) {
		return fmt.Errorf("--eps %g: the time must be above 0 and below 1", l.eps)
	}
	set, err := readModelFile(l.model)
	if err != nil {
		return err
	}
	info, err := architecture.All.ReadInfo(set)
	if err != nil {
		return fmt.Errorf("%s: %w", l.model, err)
	}
	lowest, highest, err := info.Scheduler.Range()
	if err != nil {
		return fmt.Errorf("%s: %w", l.model, err)
	}
	xs, n, err := readPictures(l.in, info)
	if err != nil {
		return fmt.Errorf("%s: %w", l.in, err)
	}
	if err := l.check(xs, info.Elems(), lowest, highest); err != nil {
		return fmt.Errorf("%s: %w", l.in, err)
	}
	class, err := info.ParseClass(l.class)
	if err != nil {
		return err
	}
	exec, err := openExecutor(ctx)
	if err != nil {
		return err
	}
	defer exec.close()
	network := newNetwork(ctx, exec, set, info)
	defer network.Close()
	score, process, err := info.Score(network)
	if err != nil {
		return fmt.Errorf("%s: %w", l.model, err)
	}

	began := time.Now()
	bar := newProgress(stderr, timesShown*n, l.quiet)
	elems, most := info.Elems(), 0
	var bits, logP, latents []float32
	for first := 0; first < n; first += l.batch {
		pictures := min(l.batch, n-first)
		x := xs[first*elems : (first+pictures)*elems]
		probes := l.draw(first, pictures, elems, x, lowest, highest)
		cond, err := info.Cond(class, strings.Join(l.attributes, ";"), pictures)
		if err != nil {
			return fmt.Errorf("--attribute: %w", err)
		}
		of := sde.Likelihood{Probes: probes, Eps: l.eps,
			Flow: sde.Flow{SDE: process, Score: score, Cond: cond, RelTol: l.tolerance, AbsTol: l.tolerance}}
		got, err := of.Run(ctx, x, func(step *sde.ODEStep) error {
			bar.set(timesShown*first + int(timesShown*float64(pictures)*step.T))
			return nil
		})
		if err != nil {
			return fmt.Errorf("pictures %d to %d: %w", first, first+pictures-1, err)
		}
		for _, p := range got.LogP {
			logP = append(logP, float32(p))
			bits = append(bits, float32(sde.BitsPerDim(p, elems, lowest, highest)))
		}
		latents = append(latents, got.Latent...)
		most = max(most, got.NFE)
	}
	bar.finish()
	var sum float64
	for k, b := range bits {
		sum += float64(b)
		fmt.Fprintf(stdout, "Picture %d: %.4f bits/dim\n", k, b)
	}
	fmt.Fprintf(stdout, "Mean: %.4f bits/dim\n", sum/float64(n))
	if !l.quiet {
		fmt.Fprintf(stderr, "Pictures: %d, network evaluations each: at most %d, time: %v on %s\n",
			n, most*l.probes, time.Since(began).Round(time.Millisecond), exec.name)
	}
	if l.out == "" {
		return nil
	}
	return writeSafetensors(l.out,
		safetensors.FromFloat32("bits_per_dim", []int{n}, bits),
		safetensors.FromFloat32("log_p", []int{n}, logP),
		safetensors.FromFloat32("latent", []int{n, info.Channels, info.Height, info.Width}, latents))
}

// checkTolerance is an error unless a tolerance can be asked of the ODE's solver.
func checkTolerance(tolerance float64) error {
	if !(tolerance >= sde.LeastTolerance) || math.IsInf(tolerance, 0) {
		return fmt.Errorf("--tolerance %g: it must be a number of at least %.2g", tolerance, sde.LeastTolerance)
	}
	return nil
}

// check finds values of pictures that have no density, or no level to be spread over.
func (l *likelihood) check(xs []float32, elems int, lowest, highest float64) error {
	const rounding = .01 // of a level
	for i, v := range xs {
		if v != v || math.IsInf(float64(v), 0) {
			return fmt.Errorf("picture %d has the value %v, which is no number", i/elems, v)
		}
		level := 255 * (float64(v) - lowest) / (highest - lowest)
		if nearest := max(0, min(255, math.Round(level))); l.dequantize && math.Abs(level-nearest) > rounding {
			return fmt.Errorf("picture %d has the value %v, which is none of 256 levels between %g and %g: --dequantize is for pictures of levels", i/elems, v, lowest, highest)
		}
	}
	return nil
}

// draw returns the probes of a batch that begins with picture first, and dequantizes the
// pictures x where asked.
func (l *likelihood) draw(first, pictures, elems int, x []float32, lowest, highest float64) [][]float32 {
	if l.dequantize {
		u, probes := make([]float32, elems), make([]float32, elems)
		for k := range pictures {
			g := rng.New(l.seed + uint64(first+k))
			for range l.probes {
				g.Normal(probes)
			}
			g.Uniform(u)
			for i := range u {
				v := &x[k*elems+i]
				level := 255 * (float64(*v) - lowest) / (highest - lowest)
				*v = float32(lowest + (highest-lowest)*(level+float64(u[i]))/256)
			}
		}
	}
	if l.probe == probeNormal {
		return sde.GaussianProbes(l.seed+uint64(first), pictures, elems, l.probes)
	}
	return sde.Rademacher(l.seed+uint64(first), pictures, elems, l.probes)
}

// readPictures reads the tensor sample of a safetensors file, as many pictures as it has.
func readPictures(path string, info run.Info) (xs []float32, n int, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	file, err := safetensors.Read(data)
	if err != nil {
		return nil, 0, fmt.Errorf("this is no safetensors file with a tensor %q, as sample --raw writes one: %w", sampleName, err)
	}
	sample := file.Lookup(sampleName)
	if sample == nil || len(sample.Shape) != 4 || sample.Shape[0] < 1 {
		return nil, 0, fmt.Errorf("there is no tensor %q of shape [N, C, H, W] with pictures in it", sampleName)
	}
	if got, want := [3]int(sample.Shape[1:]), [3]int{info.Channels, info.Height, info.Width}; got != want {
		return nil, 0, fmt.Errorf("the tensor %q has pictures of %v, the model's are of %v", sampleName, got, want)
	}
	xs, err = sample.Float32s()
	return xs, sample.Shape[0], err
}
