package dpm2015

import (
	"fmt"
	"math"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// frame shows the moment when the reverse chain is at x_t, whose values it may change.
func (r *pictureRun) frame(index, t int, x []float32) exhibit.Frame {
	r.net.Config.Restore(x, x)
	size := r.net.Config.Values()
	mean := make([]float32, size)
	var far, count float64
	for i, v := range x {
		mean[i%size] += v / float32(r.n)
		if r.free[i%size] {
			d := float64(v - r.picture[i%size])
			far += d * d
			count++
		}
	}
	var centre float64
	for _, v := range mean {
		centre += float64(v) / float64(size)
	}
	far = math.Sqrt(far / count)
	step := r.chain.Step(max(t, 1))
	equations := append([]exhibit.Equation{forwardGaussian(step)}, reverseGaussian(step)...)
	if r.seen != nil {
		equations = append(equations, evidence(r.chain.Beta[max(t, 1)], r.seen.Noise))
	}
	return exhibit.Frame{
		Index: index, Total: len(r.shown), Label: fmt.Sprintf("t = %d", t),
		Figures: map[string]figure.Figure{
			"seen":  r.evidence(),
			"chain": r.grid(x, min(r.n, 4), nil),
			"mean":  r.grid(mean, 1, nil),
		},
		Readouts: []exhibit.Readout{
			{ID: "distance", Name: "distance to the picture", Value: far, Tip: "Root mean square difference to the real picture, over the pixels that r(x) leaves free; black to white is 2."},
			{ID: "brightness", Name: "mean brightness", Value: centre, Tip: "From −1, black, to 1, white."},
			{ID: "k", Name: "K", Value: r.k, Unit: "bits/pixel", Tip: "The bound on the log likelihood of real pictures, for a pixel, without r(x)."},
			{ID: "gain", Name: "K − K_null", Value: r.k - r.chain.Null(), Unit: "bits/pixel", Tip: "How much better than a Gaussian for each pixel alone. The authors’ code minimises minus this."},
			{ID: "error", Name: "its standard error", Value: r.err, Unit: "bits/pixel", Tip: "At most this, since the steps are spread evenly."},
		},
		Equations: append(equations, bound(r.chain.Ends()-r.k, r.chain.Ends(), r.k)),
		Words:     fmt.Sprintf("%d pictures at step %d, %.2f from the real picture.", r.n, t, far),
	}
}

// grid shows pictures with values from −1 to 1.
func (r *pictureRun) grid(values []float32, columns int, captions []string) *figure.Pictures {
	c := r.net.Config
	return &figure.Pictures{C: 1, H: c.Height, W: c.Width, Columns: columns, Values: values, Map: figure.Tone, Captions: captions}
}

// evidence shows the chosen picture and what r(x) knows of it, unknown pixels black.
func (r *pictureRun) evidence() *figure.Pictures {
	size := r.net.Config.Values()
	values := append([]float32{}, r.picture...)
	if r.seen == nil {
		return r.grid(values, 1, []string{"the picture"})
	}
	seen := make([]float32, size)
	r.net.Config.Restore(seen, r.seen.Seen[:size])
	for i := range seen {
		if r.seen.Known != nil && !r.seen.Known[i] {
			seen[i] = -1
		}
	}
	return r.grid(append(values, seen...), 2, []string{"the picture", "what is seen"})
}
