package dpm2015

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/dpm"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/rng"
)

const (
	pictureFrames = 41
	lastPicture   = 199 // T − 1
)

// Pictures samples from the model alone, and from its product with a second
// distribution r(x).
var Pictures = &exhibit.Exhibit{
	ID: "dpm2015-pictures", Title: "The first diffusion model: completing pictures", Year: 2015, References: []int{1},
	Sentences: [3]string{
		"The paper’s network for pictures looks at them at several sizes and decides, pixel by pixel, how to take back each of 200 steps of noise.",
		"Multiply its every step with a second distribution r(x), what is known besides, and the same network fills in the half that is missing or removes noise.",
		"Nothing is trained anew for that: it is the idea that guidance by a classifier took up six years later.",
	},
	Models: []string{"dpm2015-fashion"},
	Controls: append([]exhibit.Control{
		{ID: "task", Kind: exhibit.Choice, Label: "r(x)", Default: "inpaint", Tip: "What the model is multiplied with.",
			Options: []exhibit.Option{
				{ID: "none", Label: "Nothing: sample", Tip: "New pictures, from the model alone."},
				{ID: "inpaint", Label: "Half a picture: complete it", Tip: "The known pixels are certain, the others are free."},
				{ID: "denoise", Label: "A noisy picture: clean it", Tip: "Every pixel was seen, with noise."},
			}},
		{ID: "known", Kind: exhibit.Choice, Label: "Known half", Default: "right", Tip: "Which half of the picture was seen. The authors’ code keeps the right one.",
			When:    exhibit.Condition{Control: "task", Values: []string{"inpaint"}},
			Options: []exhibit.Option{{ID: "right", Label: "Right"}, {ID: "left", Label: "Left"}, {ID: "top", Label: "Top"}, {ID: "bottom", Label: "Bottom"}}},
		{ID: "deviation", Kind: exhibit.Range, Label: "Noise in the picture", Default: "1", Min: 0.1, Max: 2, Step: 0.05,
			When: exhibit.Condition{Control: "task", Values: []string{"denoise"}},
			Tip:  "Its deviation, beside that of the pictures themselves: at 1, the authors’ value, there is as much noise as picture."},
		{ID: "begin", Kind: exhibit.Range, Label: "Begin at", Default: "199", Min: 5, Max: lastPicture, Step: 1,
			Tip: "The step at which the way back begins. At 199 it begins from noise, earlier from the chosen picture with as much noise as is left at that step."},
		chain.CountControl("4", "2", 16),
		{ID: "draws", Kind: exhibit.Number, Label: "Measurements of K", Default: "64", Modest: "8", Min: 4, Max: 2000,
			Tip: "K is a mean over all steps and pictures. This many are drawn from the sample sheet."},
		exhibit.SeedControl(),
	}, chain.PictureControls("", "Picture", "ankle-boot", 0)...),
	Presets: []exhibit.Preset{
		{Name: "New pictures", Tip: "From noise, without r(x).", Values: map[string]string{"task": "none", "pictures": "8"}},
		{Name: "Remove noise", Tip: "As much noise as picture.", Values: map[string]string{"task": "denoise"}},
		{Name: "A bag from its top", Tip: "The lower half is made up.", Values: map[string]string{"known": "top", "garment": "bag"}},
	},
	Panels: []exhibit.Panel{
		{ID: "seen", Title: "The picture, and what is seen of it"},
		{ID: "chain", Title: "On the way back", Tip: "x at step t. The paper takes 1000 steps, this smaller network 200; its units are those of the authors’ code.", Wide: true},
		{ID: "mean", Title: "The mean of all", Tip: "Where the pictures agree it is sharp."},
	},
	Timeline: "t",
	Quick:    map[string]string{"begin": "6", "pictures": "1", "draws": "4", "task": "denoise"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "distance"},
		{Control: "deviation", Value: "0.3", Readout: "distance"},
		{Control: "task", Value: "inpaint", Readout: "distance"},
	},
	Run: runPictures,
}

// pictureRun is one run of Pictures.
type pictureRun struct {
	net      *dpm.Network
	chain    dpm.Gaussian
	picture  []float32     // the chosen one, −1 … 1
	data     []float32     // n copies, standardised
	seen     *dpm.Evidence // nil without r(x)
	free     []bool        // of one picture: the pixels that r(x) does not fix
	shown    []int
	k, err   float64 // bits a pixel
	seed     uint64
	n, begin int
}

func runPictures(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	net, err := load(ctx, env, "dpm2015-fashion")
	if err != nil {
		return err
	}
	defer net.Close()
	r := &pictureRun{net: net, seed: s.Seed("seed"), n: s.Int("pictures")}
	if r.chain, err = net.Config.Gaussian(1); err != nil {
		return err
	}
	if r.picture, _, err = chain.Picture(ctx, env, s, ""); err != nil {
		return err
	}
	for range r.n {
		r.data = append(r.data, r.picture...)
	}
	net.Config.Standardise(r.data)
	r.begin = min(s.Int("begin"), r.chain.Len()-1)
	r.shown = moments(r.begin, pictureFrames)
	r.know(s)
	if err := r.measure(ctx, env, s.Int("draws")); err != nil {
		return err
	}
	return r.back(ctx, emit)
}

// know makes r(x).
func (r *pictureRun) know(s exhibit.State) {
	c := r.net.Config
	r.free = make([]bool, c.Values())
	for i := range r.free {
		r.free[i] = true
	}
	switch s.Text("task") {
	case "inpaint":
		known := make([]bool, len(r.data))
		for i := range known {
			pixel := i % c.Values()
			x, y := pixel%c.Width, pixel/c.Width
			known[i] = map[string]bool{"right": x >= c.Width/2, "left": x < c.Width/2, "top": y < c.Height/2, "bottom": y >= c.Height/2}[s.Text("known")]
			r.free[pixel] = !known[i]
		}
		r.seen = &dpm.Evidence{Seen: r.data, Known: known}
	case "denoise":
		deviation := s.Float("deviation")
		seen := noise(r.seed, "seen", c.Values())
		noisy := make([]float32, len(r.data))
		for i := range noisy {
			noisy[i] = r.data[i] + float32(deviation)*seen[i%c.Values()]
		}
		r.seen = &dpm.Evidence{Seen: noisy, Noise: deviation}
	}
}

// measure estimates K with pictures of the sample sheet, each at a step of its own.
func (r *pictureRun) measure(ctx context.Context, env *exhibit.Env, draws int) error {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return err
	}
	g, size, steps := rng.ForName(r.seed, "bound"), r.net.Config.Values(), r.chain.Len()-1
	var terms []float64
	for first := 0; first < draws; first += r.n {
		x0, t := make([]float32, 0, r.n*size), make([]int, r.n)
		for k := range t {
			x0 = append(x0, sheet.Pictures[min(int(g.Float64()*float64(len(sheet.Pictures))), len(sheet.Pictures)-1)]...)
			t[k] = 1 + min(int((float64((first+k)%draws)+g.Float64())*float64(steps)/float64(draws)), steps-1)
		}
		r.net.Config.Standardise(x0)
		z, xt := noise(r.seed, fmt.Sprintf("bound/%d", first), len(x0)), make([]float32, len(x0))
		for k := range t {
			r.chain.Diffuse(xt[k*size:(k+1)*size], x0[k*size:(k+1)*size], z[k*size:(k+1)*size], t[k])
		}
		answer, err := r.net.Ask(ctx, xt, t)
		if err != nil {
			return err
		}
		for k := range t {
			from, to := k*size, (k+1)*size
			one := dpm.Answer{Mean: answer.Mean[from:to], Variance: answer.Variance[from:to]}
			terms = append(terms, r.chain.Divergence(x0[from:to], xt[from:to], one, t[k])*float64(steps))
		}
	}
	mean, spread := meanAndError(terms)
	r.k, r.err = dpm.K(mean, r.chain.Ends()), spread
	return nil
}

// back runs the reverse chain, each picture with random numbers of its own.
func (r *pictureRun) back(ctx context.Context, emit func(exhibit.Frame)) error {
	size := r.net.Config.Values()
	draw := func(purpose string) []float32 {
		z := make([]float32, 0, len(r.data))
		for k := range r.n {
			z = append(z, noise(r.seed+uint64(k), purpose, size)...)
		}
		return z
	}
	x := draw("start")
	if r.begin < r.chain.Len()-1 {
		r.chain.Diffuse(x, r.data, x, r.begin)
	}
	if r.seen != nil {
		r.seen.Start(x, x)
	}
	next := 0
	for t := r.begin; ; t-- {
		if t == r.shown[next] {
			emit(r.frame(next, t, slices.Clone(x)))
			next++
		}
		if t == 0 {
			return nil
		}
		answer, err := r.net.AskAt(ctx, x, t)
		if err != nil {
			return err
		}
		r.chain.Reverse(x, x, answer, draw(fmt.Sprintf("reverse/%d", t)), t, r.seen)
	}
}
