package dpm2015

import (
	"fmt"
	"math"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/figure"
)

// frame shows the moment when the reverse chain is at x_t.
func (r *beatRun) frame(index, t int, x []float32) exhibit.Frame {
	perfect, same, ones := r.count(x)
	r.done, r.share = append(r.done, float32(t)), append(r.share, float32(perfect))
	null := r.chain.Null() * float64(r.net.Config.Values())
	beta := r.chain.Beta[t]
	return exhibit.Frame{
		Index: index, Total: len(r.shown), Label: fmt.Sprintf("t = %d", t),
		Figures: map[string]figure.Figure{
			"forward":  r.raster(r.forward[t]),
			"reverse":  r.raster(x),
			"progress": r.progress(t),
		},
		Readouts: []exhibit.Readout{
			{ID: "k", Name: "K", Value: r.k, Unit: "bits", Tip: "The bound on the log likelihood of a row. The paper’s network reached −2.414."},
			{ID: "error", Name: "its standard error", Value: r.err, Unit: "bits", Tip: "How far K may be off, since it was measured with a sample."},
			{ID: "gain", Name: "K − K_null", Value: r.k - null, Unit: "bits", Tip: "How much better than independent bits with as many ones. The paper’s network reached 12.024."},
			{ID: "truth", Name: "the most K can be", Value: math.Log2(1. / period), Unit: "bits", Tip: "log₂(1/5): five rows are possible, all as likely."},
			{ID: "perfect", Name: "rows in step", Value: 100 * perfect, Unit: "%", Tip: "Rows of the way back that are exactly one of the five."},
			{ID: "same", Name: "as at the start", Value: 100 * same, Unit: "%", Tip: "Rows of the way back that equal the row of the data above them."},
			{ID: "ones", Name: "ones", Value: 100 * ones, Unit: "%", Tip: "The share of ones on the way back; the data’s is 20 %."},
		},
		Equations: []exhibit.Equation{
			forwardBits(beta, r.chain.Rest),
			reverseBits(r.chain, max(t, 1)),
			bound(r.ends-r.k, r.ends, r.k),
		},
		Words: fmt.Sprintf("At step %d, %.0f %% of the rows on their way back are in step.", t, 100*perfect),
	}
}

// raster draws rows of bits, white for 1.
func (r *beatRun) raster(bits []float32) *figure.Pictures {
	width := r.net.Config.Values()
	values := make([]float32, len(bits))
	for i, bit := range bits {
		values[i] = 2*bit - 1
	}
	return &figure.Pictures{C: 1, H: len(bits) / width, W: width, Columns: 1, Values: values, Map: figure.Tone}
}

// count is the share of rows that are heartbeats, that are the data's own, and of ones.
func (r *beatRun) count(x []float32) (perfect, same, ones float64) {
	width := r.net.Config.Values()
	rows := len(x) / width
	for k := range rows {
		row := x[k*width : (k+1)*width]
		if isHeartbeat(row) {
			perfect += 1 / float64(rows)
		}
		if slices.Equal(row, r.data[k*width:(k+1)*width]) {
			same += 1 / float64(rows)
		}
		for _, bit := range row {
			ones += float64(bit) / float64(len(x))
		}
	}
	return perfect, same, ones
}

// isHeartbeat reports whether a row has its ones in exactly every fifth place.
func isHeartbeat(row []float32) bool {
	first := slices.Index(row, 1)
	if first < 0 || first >= period {
		return false
	}
	for i, bit := range row {
		if (bit == 1) != (i%period == first) {
			return false
		}
	}
	return true
}

func (r *beatRun) progress(now int) *figure.Plot {
	return &figure.Plot{
		X:      figure.Axis{Label: "t", Min: 0, Max: float64(r.shown[0])},
		Y:      figure.Axis{Label: "share", Min: 0, Max: 1},
		Curves: []figure.Curve{{Name: "way back", X: slices.Clone(r.done), Y: slices.Clone(r.share), Colour: figure.Reverse}},
		Marks:  []figure.Mark{{Name: "now", At: float64(now), Colour: figure.Quiet}},
	}
}
