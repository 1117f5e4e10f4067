package main

import (
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
	"unnoise/model/trajectory"
)

// sampled runs sample with --raw and returns the pictures of the tiny model.
func sampled(t *testing.T, model string, n int, args ...string) []float32 {
	t.Helper()
	raw := filepath.Join(t.TempDir(), "x.safetensors")
	mustRun(t, append([]string{"sample", "--quiet", "--model", model, "--raw", raw}, args...)...)
	return floats(t, tensors(t, raw), "sample", n, 1, 8, 8)
}

func TestSampleWritesTheWholeRun(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	raw, grid, steps := filepath.Join(dir, "x.safetensors"), filepath.Join(dir, "x.png"), filepath.Join(dir, "steps")
	const n, elems = 3, 8 * 8
	mustRun(t, "sample", "--quiet", "--model", model, "--steps", "4", "--seed", "5", "--n", "3",
		"--raw", raw, "--out", grid, "--trajectory", steps)
	x0 := floats(t, tensors(t, raw), "sample", n, 1, 8, 8)
	recorded := tensors(t, filepath.Join(steps, "trajectory.safetensors"))
	xt := floats(t, recorded, "xt", 5, n, 1, 8, 8)
	pred := floats(t, recorded, "pred", 4, n, 1, 8, 8)
	timesteps, err := recorded.Lookup("timestep").Int64s()
	if err != nil || !slices.Equal(timesteps, []int64{19, 13, 6, 0}) { // 19/3·k, rounded
		t.Fatal("timesteps", timesteps, err)
	}
	if !slices.Equal(x0, xt[4*n*elems:]) {
		t.Error("--raw is not the end of the trajectory")
	}
	for k := range n { // x_T is torch's randn of seed+k
		want := make([]float32, elems)
		rng.New(5 + uint64(k)).Normal(want)
		if !slices.Equal(xt[k*elems:(k+1)*elems], want) {
			t.Error("x_T of picture", k)
		}
	}
	// Each step is DDIM's, written out here from the paper's formula.
	schedule, err := diffusion.Linear(20, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	for i, ts := range timesteps {
		alphaBar, prev := schedule.AlphaBar[ts], 1.0
		if i < 3 {
			prev = schedule.AlphaBar[timesteps[i+1]]
		}
		for j := range n * elems {
			x, eps := float64(xt[i*n*elems+j]), float64(pred[i*n*elems+j])
			clipped := max(-1, min(1, (x-math.Sqrt(1-alphaBar)*eps)/math.Sqrt(alphaBar)))
			eps = (x - math.Sqrt(alphaBar)*clipped) / math.Sqrt(1-alphaBar)
			want := math.Sqrt(prev)*clipped + math.Sqrt(1-prev)*eps
			if got := float64(xt[(i+1)*n*elems+j]); math.Abs(got-want) > 1e-5 {
				t.Fatalf("step %d, value %d: %v, expected %v", i, j, got, want)
			}
		}
	}
	checkGrid(t, grid, x0, n, 2)
	var names []string
	entries, err := os.ReadDir(steps)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{
		"step-0000-t0019-x0hat.png", "step-0000-t0019-xt.png", "step-0001-t0013-x0hat.png", "step-0001-t0013-xt.png",
		"step-0002-t0006-x0hat.png", "step-0002-t0006-xt.png", "step-0003-t0000-x0hat.png", "step-0003-t0000-xt.png",
		"step-0004-x0.png", "trajectory.safetensors",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %v", names)
	}
	checkGrid(t, filepath.Join(steps, want[3]), xt[n*elems:2*n*elems], n, 2)
	checkGrid(t, filepath.Join(steps, want[8]), x0, n, 2)
	checkOnlyEntries(t, dir, "steps", "x.png", "x.safetensors")
}

// checkGrid compares a PNG with the pictures, 8×8 and grey, that it shows.
func checkGrid(t *testing.T, path string, xs []float32, n, columns int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if want := image.Rect(0, 0, 8*columns, 8*((n+columns-1)/columns)); img.Bounds() != want {
		t.Fatalf("%s is %v, expected %v", path, img.Bounds(), want)
	}
	for i, x := range xs {
		k, y, col := i/64, i/8%8, i%8
		r, _, _, _ := img.At(k%columns*8+col, k/columns*8+y).RGBA()
		if uint8(r>>8) != trajectory.Byte(x) {
			t.Fatalf("%s: picture %d at %d,%d is %d, expected %d", path, k, col, y, r>>8, trajectory.Byte(x))
		}
	}
}

// checkOnlyEntries requires that a folder has just these entries.
func checkOnlyEntries(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("%s has %v, expected %v", dir, names, want)
	}
}

func TestSampleDependsOnSeedNotNumber(t *testing.T) {
	model := tinyModel(t)
	for _, sampler := range [][]string{
		{"--sampler", "ddpm"}, {"--sampler", "ddpm", "--variance", "fixed_large"}, {"--eta", "1"}, {},
	} {
		args := append([]string{"--steps", "5"}, sampler...)
		three := sampled(t, model, 3, append(args, "--n", "3", "--seed", "7")...)
		third := sampled(t, model, 1, append(args, "--seed", "9")...)
		for i := range third {
			// The executor may add up in another order for another batch.
			if d := math.Abs(float64(third[i] - three[2*64+i])); d > 1e-5 {
				t.Fatalf("%v: value %d differs by %v", sampler, i, d)
			}
		}
		if slices.Equal(three[:64], three[64:128]) {
			t.Errorf("%v: two seeds, one picture", sampler)
		}
	}
}

func TestSampleByLink(t *testing.T) {
	model := tinyModel(t)
	flags := sampled(t, model, 2, "--sampler", "ddpm", "--variance", "fixed_large", "--steps", "6", "--seed", "3", "--n", "2")
	link := sampled(t, model, 2, "--link", "#model=tiny&sampler=ddpm&variance=fixed_large&steps=6&seed=3&n=2")
	if !slices.Equal(flags, link) {
		t.Error("a link gives other pictures than the flags that say the same")
	}
}

func TestSampleClassesAndGuidance(t *testing.T) {
	unnamed := goldenModel(t, "fashion", `{}`, nil)
	model := filepath.Join(t.TempDir(), "named.gguf")
	mustRun(t, "convert", "--in", unnamed, "--type", "f32", "--classes", "a,b,c,d,e,f,g,Sneaker,h,i", "--out", model)
	if _, err := execute(t, "convert", "--in", unnamed, "--classes", "a,b", "--out", model); err == nil || !strings.Contains(err.Error(), "2 names") {
		t.Error("two names for ten classes:", err)
	}
	raw := filepath.Join(t.TempDir(), "x.safetensors")
	draw := func(args ...string) []float32 {
		t.Helper()
		mustRun(t, append([]string{"sample", "--quiet", "--model", model, "--steps", "2", "--raw", raw}, args...)...)
		return floats(t, tensors(t, raw), "sample", 1, 1, 32, 32)
	}
	named := draw("--class", "sneaker", "--guidance", "3")
	if !slices.Equal(named, draw("--class", "7", "--guidance", "3")) {
		t.Error("a class by name and by number give two pictures")
	}
	others := [][]float32{
		draw("--class", "7", "--guidance", "1"),
		draw("--class", "6", "--guidance", "3"),
		draw("--class", "none", "--guidance", "3"),
		draw("--class", "7", "--guidance", "0"),
	}
	for i, other := range others {
		if slices.Equal(named, other) {
			t.Error("class and guidance do not matter:", i)
		}
	}
	if d := distance(others[2], others[3]); d > 1e-5 {
		t.Errorf("guidance 0 is %v from no class", d)
	}
	_, err := execute(t, "sample", "--model", model, "--trajectory", raw+".d", "--class", "7", "--n", "1024", "--steps", "1000")
	if err == nil || !strings.Contains(err.Error(), "fewer pictures") {
		t.Error("a trajectory of 8 GB:", err)
	}
	_, err = execute(t, "sample", "--model", model, "--raw", raw, "--class", "coat")
	if err == nil || !strings.Contains(err.Error(), "Sneaker") {
		t.Error("an unknown class:", err)
	}
}

func distance(a, b []float32) float64 {
	var most float64
	for i := range a {
		most = max(most, math.Abs(float64(a[i]-b[i])))
	}
	return most
}

func TestSampleFromPicture(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	picture, steps := filepath.Join(dir, "from.png"), filepath.Join(dir, "steps")
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	x0 := make([]float32, 64)
	for i := range img.Pix {
		img.Pix[i] = uint8(4 * i)
		x0[i] = trajectory.Value(uint8(4 * i))
	}
	if err := writeFile(picture, func(w io.Writer) error { return png.Encode(w, img) }); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "sample", "--quiet", "--model", model, "--from", picture, "--t", "9", "--steps", "3", "--seed", "4", "--trajectory", steps)
	recorded := tensors(t, filepath.Join(steps, "trajectory.safetensors"))
	timesteps, err := recorded.Lookup("timestep").Int64s()
	if err != nil || !slices.Equal(timesteps, []int64{9, 4, 0}) { // 4.5 goes to the even side
		t.Error("timesteps", timesteps, err)
	}
	schedule, err := diffusion.Linear(20, 1e-4, 0.02)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, 64)
	rng.New(4).Normal(want)
	diffusion.QSample(want, x0, want, schedule.AlphaBar[9])
	if got := floats(t, recorded, "xt", 4, 1, 1, 8, 8)[:64]; !slices.Equal(got, want) {
		t.Error("x_t is not the noised picture")
	}
}

// cancelling cancels once something is written to it.
type cancelling struct{ cancel context.CancelFunc }

func (c cancelling) Write(p []byte) (int, error) { c.cancel(); return len(p), nil }

func TestSampleCancelledLeavesNothing(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	root := rootCommand()
	root.SetArgs([]string{"sample", "--model", model, "--sampler", "ddpm", "--steps", "20",
		"--out", filepath.Join(dir, "x.png"), "--raw", filepath.Join(dir, "x.safetensors"), "--trajectory", filepath.Join(dir, "steps")})
	root.SetOut(io.Discard)
	root.SetErr(cancelling{cancel})
	if err := root.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
		t.Error("cancelled:", err)
	}
	checkOnlyEntries(t, dir)
}

func TestSampleErrors(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "something"), 0o755); err != nil {
		t.Fatal(err)
	}
	big := filepath.Join(dir, "big.png")
	err := writeFile(big, func(w io.Writer) error { return png.Encode(w, image.NewGray(image.Rect(0, 0, 9, 8))) })
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "x.png")
	for i, c := range []struct {
		want string
		args []string
	}{
		{"between 1 and 20; it is 0", []string{"--steps", "0", "--out", out}},
		{"between 1 and 20; it is 10000", []string{"--steps", "10000", "--out", out}},
		{"it is NaN", []string{"--guidance", "NaN", "--out", out}},
		{`"plms"`, []string{"--sampler", "plms", "--out", out}},
		{"number of pictures", []string{"--n", "0", "--out", out}},
		{"no classes", []string{"--class", "3", "--out", out}},
		{"at least one of the flags", nil},
		{"must end in .png", []string{"--out", filepath.Join(dir, "x.jpg")}},
		{"must end in .safetensors", []string{"--raw", filepath.Join(dir, "x.bin")}},
		{"there is no folder", []string{"--out", filepath.Join(dir, "none", "x.png")}},
		{"not empty", []string{"--trajectory", full}},
		{"“abc”, which is not a whole number", []string{"--link", "steps=abc", "--out", out}},
		{"not known here", []string{"--link", "colour=red", "--out", out}},
		{"only the page has", []string{"--link", "t=3&steps=2&picture=sample:1", "--out", out}},
		{"none of the others can be", []string{"--link", "steps=4", "--steps", "4", "--out", out}},
		{"9×8, the model's are 8×8", []string{"--from", big, "--t", "3", "--steps", "2", "--out", out}},
		{"between 0 and 19", []string{"--from", big, "--t", "20", "--steps", "2", "--out", out}},
		{"without --from", []string{"--t", "3", "--out", out}},
		{"none.png", []string{"--from", filepath.Join(dir, "none.png"), "--out", out}},
		{"picture to start from", []string{"--from", model, "--t", "3", "--steps", "2", "--out", out}},
	} {
		_, err := execute(t, append([]string{"sample", "--model", model}, c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d: error %v, want one that says %s", i, err, c.want)
		}
	}
	checkOnlyEntries(t, dir, "big.png", "full")
	if _, err := execute(t, "sample", "--out", out); err == nil || !strings.Contains(err.Error(), `"model"`) {
		t.Error("no model:", err)
	}
}
