package main

import (
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"unnoise/model/diffusion"
	"unnoise/model/safetensors"
	"unnoise/model/trajectory"
)

func shapeOf(l trajectory.Layout) []int { return []int{l.N, l.C, l.H, l.W} }

func writeSafetensors(path string, tensors ...safetensors.Tensor) error {
	return writeFile(path, func(w io.Writer) error {
		return safetensors.Write(w, &safetensors.File{Tensors: tensors})
	})
}

// writeGrid writes N pictures, NCHW, as one PNG.
func writeGrid(path string, l trajectory.Layout, xs []float32) error {
	return writeFile(path, func(w io.Writer) error {
		return png.Encode(w, trajectory.Grid(xs, l, trajectory.Columns(l.N)))
	})
}

// writeFolder makes a folder that fill fills. It is made beside dir and renamed at the end,
// so that there is never half of one.
func writeFolder(dir string, fill func(partial string) error) (err error) {
	dir = filepath.Clean(dir)
	partial, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", dir, err), os.RemoveAll(partial))
		}
	}()
	if err := os.Chmod(partial, 0o755); err != nil { // MkdirTemp makes it for its owner only
		return err
	}
	if err := fill(partial); err != nil {
		return err
	}
	// An empty folder of that name gives way.
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Rename(partial, dir)
}

// writeTrajectory makes a folder of a run: of every step the PNGs of x_t and x̂_0,
// and trajectory.safetensors with xt [S+1, N, C, H, W], pred [S, N, C, H, W] (the
// network's answer, guidance included) and timestep [S].
func writeTrajectory(dir string, l trajectory.Layout, steps []diffusion.Step) error {
	return writeFolder(dir, func(partial string) error {
		x0Hat := make([]float32, l.Elems())
		for _, step := range steps {
			name := fmt.Sprintf("step-%04d-t%04d", step.I, step.Update.T)
			if step.Pred == nil {
				name = fmt.Sprintf("step-%04d-x0", step.I)
			} else {
				step.X0Hat(x0Hat)
				if err := writeGrid(filepath.Join(partial, name+"-x0hat.png"), l, x0Hat); err != nil {
					return err
				}
				name += "-xt"
			}
			if err := writeGrid(filepath.Join(partial, name+".png"), l, step.Xt); err != nil {
				return err
			}
		}
		return writeSteps(filepath.Join(partial, "trajectory.safetensors"), l, steps)
	})
}

func writeSteps(path string, l trajectory.Layout, steps []diffusion.Step) error {
	var xt, pred []float32
	var timesteps []int64
	for _, step := range steps {
		xt = append(xt, step.Xt...)
		if step.Pred != nil {
			pred = append(pred, step.Pred...)
			timesteps = append(timesteps, int64(step.Update.T))
		}
	}
	shape := func(n int) []int { return append([]int{n}, shapeOf(l)...) }
	return writeSafetensors(path,
		safetensors.FromFloat32("xt", shape(len(steps)), xt),
		safetensors.FromFloat32("pred", shape(len(timesteps)), pred),
		safetensors.FromInt64("timestep", []int{len(timesteps)}, timesteps))
}
