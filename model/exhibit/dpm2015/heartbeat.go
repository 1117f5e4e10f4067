package dpm2015

import (
	"context"
	"math"
	"slices"

	"unnoise/model/dpm"
	"unnoise/model/exhibit"
	"unnoise/model/rng"
)

const (
	period     = 5    // bins from one beat to the next
	beatFrames = 41   // moments shown of 2000
	lastBeat   = 1999 // T − 1
)

// Heartbeat is the paper's Fig. 2: the binomial chain.
var Heartbeat = &exhibit.Exhibit{
	ID: "dpm2015-heartbeat", Title: "The first diffusion model: a heartbeat in bits", Year: 2015, References: []int{1},
	Sentences: [3]string{
		"Diffusion needs no Gaussian noise: here every row is 20 bits with a beat in each fifth place, and noise draws more and more bits anew.",
		"A network has learned to turn each of 2000 such steps round, so that rows of random bits fall into step.",
		"Five rows are possible, each as likely, so that no model’s bound K can exceed log₂(1/5) = −2.322 bits; the paper reached −2.414.",
	},
	Models: []string{"dpm2015-heartbeat"},
	Controls: []exhibit.Control{
		{ID: "rows", Kind: exhibit.Number, Label: "Rows", Default: "60", Modest: "30", Min: 5, Max: 400, Tip: "How many sequences go forward, and how many back."},
		{ID: "begin", Kind: exhibit.Range, Label: "Turn round at", Default: "1999", Min: 20, Max: lastBeat, Step: 1,
			Tip: "The step at which the way back begins. At 1999 nothing of the data is left; earlier, the way back starts from rows that are still half known, and often ends at the same ones."},
		{ID: "draws", Kind: exhibit.Range, Label: "Measurements of K", Default: "20000", Modest: "4000", Min: 200, Max: 200000, Step: 200,
			Tip: "K is a mean over all steps and rows. This many are drawn; four times as many halve the error."},
		exhibit.SeedControl(),
	},
	Presets: []exhibit.Preset{
		{Name: "Half way", Tip: "Turned round where half of the bits have been drawn anew.", Values: map[string]string{"begin": "1000"}},
		{Name: "Measured well", Tip: "K with an error of about 0.02 bits.", Values: map[string]string{"draws": "200000"}},
	},
	Panels: []exhibit.Panel{
		{ID: "forward", Title: "Forward: bits are drawn anew", Tip: "Each row is a sequence of 20 bits; white is 1."},
		{ID: "reverse", Title: "Back: bits fall into step", Tip: "Rows that were random bits where the way back began. The paper’s network has weights of its own for each of the 2000 steps; here neighbouring steps share them."},
		{ID: "progress", Title: "Rows in step", Tip: "The share of rows that are exactly one of the five.", Wide: true},
	},
	Timeline: "t",
	Quick:    map[string]string{"rows": "20", "begin": "120", "draws": "400"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "k"},
		{Control: "draws", Value: "800", Readout: "k"},
	},
	// A bit is drawn by comparing with a probability: rounding may turn one, and with it
	// a row of twenty and the chain that follows.
	Tolerances: map[string]float64{"k": 2e-2, "gain": 2e-2, "error": 2e-2, "perfect": 20, "same": 20, "ones": 2},
	Run:        runHeartbeat,
}

// beatRun is one run of Heartbeat.
type beatRun struct {
	net         *dpm.Network
	chain       dpm.Binomial
	data        []float32
	forward     map[int][]float32 // at the steps shown
	k, err      float64           // bits, and the standard error
	ends        float64
	shown       []int
	seed        uint64
	done, share []float32 // the progress so far: t, and the share of rows in step
}

func runHeartbeat(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	net, err := load(ctx, env, "dpm2015-heartbeat")
	if err != nil {
		return err
	}
	defer net.Close()
	chain, err := net.Config.Binomial()
	if err != nil {
		return err
	}
	r := &beatRun{net: net, chain: chain, seed: s.Seed("seed"), forward: map[int][]float32{}}
	begin := min(s.Int("begin"), chain.Len()-1)
	r.shown = moments(begin, beatFrames)
	r.data = r.draw("data", s.Int("rows"))
	if err := r.diffuse(ctx, begin); err != nil {
		return err
	}
	if err := r.measure(ctx, s.Int("draws")); err != nil {
		return err
	}
	return r.back(ctx, begin, emit)
}

// draw draws sequences of the data.
func (r *beatRun) draw(purpose string, n int) []float32 {
	g, width := rng.ForName(r.seed, purpose), r.net.Config.Values()
	x := make([]float32, n*width)
	for k := range n {
		first := min(int(g.Float64()*period), period-1)
		for i := first; i < width; i += period {
			x[k*width+i] = 1
		}
	}
	return x
}

// diffuse runs the forward chain and keeps what is shown of it.
func (r *beatRun) diffuse(ctx context.Context, last int) error {
	x, u := slices.Clone(r.data), make([]float32, len(r.data))
	g := rng.ForName(r.seed, "forward")
	for t := 0; t <= last; t++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		g.Uniform(u)
		dpm.Draw(x, u, func(i int) float64 { return r.chain.Forward(x[i], t) })
		if slices.Contains(r.shown, t) {
			r.forward[t] = slices.Clone(x)
		}
	}
	return nil
}

// measure estimates K: every draw is a sequence at a step of its own, the steps spread
// evenly over all.
func (r *beatRun) measure(ctx context.Context, draws int) error {
	const batch = 2000
	steps, width := r.chain.Len()-1, r.net.Config.Values()
	g := rng.ForName(r.seed, "bound")
	x0 := r.draw("bound data", draws)
	r.ends = r.chain.Ends(x0) / float64(draws)
	var sums []float64 // of batches of equal size, for the error
	size := min(batch, draws/4)
	for first := 0; first+size <= draws; first += size {
		t := make([]int, size)
		for k := range t {
			t[k] = 1 + min(int((float64(k)+g.Float64())*float64(steps)/float64(size)), steps-1)
		}
		u := make([]float32, size*width)
		g.Uniform(u)
		mean, err := r.net.BinomialTerm(ctx, r.chain, x0[first*width:(first+size)*width], u, t)
		if err != nil {
			return err
		}
		sums = append(sums, mean*float64(steps))
	}
	mean, err := meanAndError(sums)
	r.k, r.err = dpm.K(mean, r.ends), err
	return nil
}

// meanAndError is the mean of independent measurements and its standard error.
func meanAndError(values []float64) (mean, err float64) {
	n := float64(len(values))
	for _, v := range values {
		mean += v / n
	}
	for _, v := range values {
		err += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(err / (n - 1) / n)
}

// back runs the reverse chain.
func (r *beatRun) back(ctx context.Context, begin int, emit func(exhibit.Frame)) error {
	x := slices.Clone(r.forward[begin])
	g, u := rng.ForName(r.seed, "reverse"), make([]float32, len(x))
	if begin == r.chain.Len()-1 {
		g.Uniform(u)
		dpm.Draw(x, u, func(int) float64 { return r.chain.Rest })
	}
	next := 0
	for t := begin; ; t-- {
		if t == r.shown[next] {
			emit(r.frame(next, t, x))
			next++
		}
		if t == 0 {
			return nil
		}
		answer, err := r.net.AskAt(ctx, x, t)
		if err != nil {
			return err
		}
		g.Uniform(u)
		r.chain.Reverse(x, x, answer, u, t)
	}
}
