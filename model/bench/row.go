package bench

// Row is one measurement. Zero fields are left out of the JSON but for those that
// every row has.
type Row struct {
	Case          string  `json:"case"`
	Batch         int     `json:"batch"`
	Size          int     `json:"size,omitempty"` // height and width of the pictures
	Adapter       string  `json:"adapter"`        // "lavapipe", "swiftshader", "chromium" or "cpu"; on the page the device's own name
	Engine        string  `json:"engine"`         // "unnoise-f32", "unnoise-f16", "unnoise-cpu", or a peer
	MsMedian      float64 `json:"ms_median"`
	MsMin         float64 `json:"ms_min"`
	Dispatches    int     `json:"dispatches,omitempty"`
	GFLOPS        float64 `json:"gflops,omitempty"`          // from ms_min, convolutions counted as direct ones
	PercentOfPeak float64 `json:"percent_of_peak,omitempty"` // of the adapter's peak: FMA, or for an op whichever bounds it
	GBPerSecond   float64 `json:"gb_per_s,omitempty"`
	RelativeError float64 `json:"relative_error,omitempty"` // ‖a−b‖/‖b‖ against the reference in float64
	Percent       float64 `json:"percent_of_step,omitempty"`
	Bound         string  `json:"bound,omitempty"` // "arithmetic" or "memory"
	Note          string  `json:"note,omitempty"`
}

// Timed fills in the times of a step, milliseconds in rising order, and the speed
// that the shortest of them means.
func (r Row) Timed(ms []float64, flops int64) Row {
	r.MsMedian, r.MsMin = ms[len(ms)/2], ms[0]
	if r.MsMin > 0 {
		r.GFLOPS = float64(flops) / r.MsMin / 1e6
	}
	return r
}
