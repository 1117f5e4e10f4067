package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"unnoise/model/sde"
)

// Every sampler of scores keeps its whole run: where it starts, the score at every step, the
// guess that follows from it, and the pictures of --raw at the end.
func TestTrajectoriesOfScores(t *testing.T) {
	const sigmaMin = 0.1
	const ve = `{"_class_name":"ScoreSdeVeScheduler","sigma_min":0.1,"sigma_max":5,"label":"999t","data_range":[0,1]}`
	annealed := `{"_class_name":"AnnealedLangevinScheduler","sigmas":[1,0.1],"per_level":3,"step":2e-5}`
	for _, name := range scoreSamplers {
		scheduler, measure, steps := ve, "t", 24
		args := []string{"--steps", "24"}
		switch name {
		case samplerRK45:
			args, steps = []string{"--tolerance", "0.05"}, 0
		case samplerAnnealed:
			args, steps, scheduler, measure = nil, 6, annealed, "sigma"
		}
		dir := t.TempDir()
		raw, folder := filepath.Join(dir, "x.safetensors"), filepath.Join(dir, "steps")
		mustRun(t, append([]string{"sample", "--quiet", "--model", sdeModel(t, scheduler), "--sampler", name, "--n", "2", "--seed", "3",
			"--raw", raw, "--trajectory", folder}, args...)...)
		f := tensors(t, filepath.Join(folder, "trajectory.safetensors"))
		if steps == 0 {
			steps = f.Lookup(measure).Shape[0]
		}
		const elems = 2 * 64
		xt := floats(t, f, "xt", steps+1, 2, 1, 8, 8)
		score := floats(t, f, "score", steps, 2, 1, 8, 8)
		at := floats(t, f, measure, steps)
		if !slices.Equal(xt[steps*elems:], floats(t, tensors(t, raw), "sample", 2, 1, 8, 8)) {
			t.Errorf("%s: --raw is not the end of the trajectory", name)
		}
		for i := range steps - 1 {
			if at[i+1] > at[i] || slices.Equal(xt[i*elems:(i+1)*elems], xt[(i+1)*elems:(i+2)*elems]) {
				t.Errorf("%s: steps %d and %d are at %g and %g, or have the same pictures", name, i, i+1, at[i], at[i+1])
			}
		}
		if name == string(sde.ReverseDiffusion) {
			// The last step of VE ends in its own guess, x + σ²·s; the picture of it shows 0 to 1.
			last, guess := steps-1, make([]float32, elems)
			for j := range guess {
				v := float64(score[last*elems+j])
				guess[j] = float32(float64(xt[last*elems+j]) + sigmaMin*sigmaMin*v)
				if got := xt[steps*elems+j]; math.Abs(float64(got-guess[j])) > 1e-4*(1+math.Abs(float64(got))) {
					t.Fatalf("%s: value %d ends at %g, its guess was %g", name, j, got, guess[j])
				}
			}
			checkGrid(t, filepath.Join(folder, "step-0023-t1e-05-x0hat.png"), shownAs(xt[steps*elems:], 0, 1), 2, 2)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		if want := 2*steps + 2; len(entries) != want {
			t.Errorf("%s: %d files, expected %d: of every step two pictures, the result and the numbers", name, len(entries), want)
		}
	}
}
