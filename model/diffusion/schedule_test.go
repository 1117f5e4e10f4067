package diffusion

import (
	"math"
	"slices"
	"testing"
)

// must unwraps a schedule or fails the test.
func must(t *testing.T) func(*Schedule, error) *Schedule {
	return func(s *Schedule, err error) *Schedule {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// near reports an error where got is not want to the digits given.
func near(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*math.Abs(want)) {
		t.Errorf("%s: got %.10g, expected %.10g", what, got, want)
	}
}

// The values were computed independently, in Python, from the papers' formulas.
func TestScheduleGoldenValues(t *testing.T) {
	linear := must(t)(ScheduleByName("linear", 1000))
	cosine := must(t)(ScheduleByName("cosine", 1000))
	cosine4000 := must(t)(ScheduleByName("cosine", 4000))
	linear4000 := must(t)(ScheduleByName("linear", 4000))
	stable := must(t)(ScheduleByName("scaled_linear", 1000))
	latent := must(t)(ScaledLinear(1000, 0.0015, 0.0195))
	churches := must(t)(ScaledLinear(1000, 0.0015, 0.0155))

	const digits = 5e-8 // half of the eighth significant digit, at worst
	near(t, "linear ᾱ[0]", linear.AlphaBar[0], 0.9999, digits)
	near(t, "linear ᾱ[249]", linear.AlphaBar[249], 0.52408537, digits)
	near(t, "linear ᾱ[499]", linear.AlphaBar[499], 0.078587243, digits)
	near(t, "linear ᾱ[999]", linear.AlphaBar[999], 4.0358298e-5, digits)
	near(t, "linear β̃[1]", linear.PosteriorVariance(1), 5.45318766e-5, digits)
	near(t, "linear β̃[999]", linear.PosteriorVariance(999), 0.0199999835, digits)
	near(t, "cosine β[0]", cosine.Beta[0], 4.1284225e-5, digits)
	near(t, "cosine β[998]", cosine.Beta[998], 0.74999939, digits)
	near(t, "cosine β[999]", cosine.Beta[999], 0.999, digits)
	near(t, "cosine ᾱ[499]", cosine.AlphaBar[499], 0.49384359, digits)
	near(t, "cosine ᾱ[999]", cosine.AlphaBar[999], 2.4287669e-9, digits)
	near(t, "cosine T=4000 β[0]", cosine4000.Beta[0], 9.8658188e-6, digits)
	near(t, "cosine T=4000 ᾱ[1999]", cosine4000.AlphaBar[1999], 0.49384359, digits)
	near(t, "linear T=4000 ᾱ[3999]", linear4000.AlphaBar[3999], 4.2466523e-5, digits)
	near(t, "scaled_linear ᾱ[0]", stable.AlphaBar[0], 0.99915, digits)
	near(t, "scaled_linear ᾱ[499]", stable.AlphaBar[499], 0.27766965, digits)
	near(t, "scaled_linear ᾱ[999]", stable.AlphaBar[999], 0.0046600985, digits)
	near(t, "scaled_linear σ_min", 1/math.Sqrt(stable.SNR(0)), 0.0291672, 5e-6)
	near(t, "scaled_linear σ_max", 1/math.Sqrt(stable.SNR(999)), 14.6146412, digits)
	near(t, "LDM .0015–.0195 ᾱ[999]", latent.AlphaBar[999], 1.4230398e-4, digits)
	near(t, "LDM .0015–.0155 ᾱ[999]", churches.AlphaBar[999], 6.6866517e-4, digits)
}

func TestPosterior(t *testing.T) {
	s := must(t)(Linear(1000, 1e-4, 0.02))
	if got := s.PosteriorVariance(0); got != 0 {
		t.Errorf("β̃[0] is %v", got)
	}
	if ofX0, ofXt := s.PosteriorMean(0); math.Abs(ofX0-1) > 1e-12 || ofXt != 0 {
		t.Errorf("at t = 0 the mean is %v·x_0 + %v·x_t", ofX0, ofXt)
	}
	// q(x_{t−1}|x_t, x_0) averaged over q(x_t|x_0) is q(x_{t−1}|x_0).
	for _, k := range []int{1, 2, 500, 999} {
		ofX0, ofXt := s.PosteriorMean(k)
		mean := ofX0 + ofXt*math.Sqrt(s.AlphaBar[k])
		variance := ofXt*ofXt*(1-s.AlphaBar[k]) + s.PosteriorVariance(k)
		near(t, "mean", mean, math.Sqrt(s.AlphaBar[k-1]), 1e-12)
		near(t, "variance", variance, 1-s.AlphaBar[k-1], 1e-9)
	}
	near(t, "log σ²[0], small", FixedSmall.LogVariance(s, 0), math.Log(5.45318766e-5), 1e-8)
	near(t, "log σ²[0], large", FixedLarge.LogVariance(s, 0), math.Log(5.45318766e-5), 1e-8)
	near(t, "log σ²[999], small", FixedSmall.LogVariance(s, 999), math.Log(0.0199999835), 1e-8)
	near(t, "log σ²[999], large", FixedLarge.LogVariance(s, 999), math.Log(0.02), 1e-12)
}

func TestScheduleErrors(t *testing.T) {
	for name, make := range map[string]func() (*Schedule, error){
		"unknown name":      func() (*Schedule, error) { return ScheduleByName("quadratic", 1000) },
		"no timesteps":      func() (*Schedule, error) { return ScheduleByName("cosine", 0) },
		"negative T":        func() (*Schedule, error) { return ScheduleByName("linear", -3) },
		"too long":          func() (*Schedule, error) { return Cosine(MaxTimesteps + 1) },
		"no β":              func() (*Schedule, error) { return FromBetas(nil) },
		"far too long":      func() (*Schedule, error) { return ScaledLinear(1<<60, 0.1, 0.2) },
		"β above 1":         func() (*Schedule, error) { return ScheduleByName("linear", 10) },
		"β of NaN":          func() (*Schedule, error) { return FromBetas([]float64{math.NaN()}) },
		"β of 0":            func() (*Schedule, error) { return Linear(10, 0, 0.1) },
		"unknown timestep":  func() (*Schedule, error) { return respaced(10, 10) },
		"negative timestep": func() (*Schedule, error) { return respaced(10, -1) },
		"repeated timestep": func() (*Schedule, error) { return respaced(10, 3, 3) },
		"no timestep":       func() (*Schedule, error) { return respaced(10) },
	} {
		if s, err := make(); err == nil {
			t.Errorf("%s: got a schedule of %d, expected an error", name, s.Len())
		}
	}
}

func respaced(T int, timesteps ...int) (*Schedule, error) {
	s, err := Cosine(T)
	if err != nil {
		return nil, err
	}
	return s.Respace(timesteps)
}

func TestRespacedChain(t *testing.T) {
	s := must(t)(Linear(1000, 1e-4, 0.02))
	r := must(t)(s.Respace([]int{999, 0, 500}))
	if !slices.Equal(r.Timesteps, []int{0, 500, 999}) {
		t.Fatal("timesteps", r.Timesteps)
	}
	product := 1.0
	for i, k := range r.Timesteps {
		product *= 1 - r.Beta[i]
		near(t, "ᾱ kept", r.AlphaBar[i], s.AlphaBar[k], 0)
		near(t, "∏(1−β)", product, s.AlphaBar[k], 1e-12)
	}
	all := must(t)(s.Respace(s.Timesteps))
	for i := range all.Beta {
		near(t, "β of all timesteps", all.Beta[i], s.Beta[i], 1e-11)
	}
	again := must(t)(r.Respace([]int{0, 999}))
	near(t, "respaced twice", again.AlphaBar[1], s.AlphaBar[999], 0)
}

func TestRespacings(t *testing.T) {
	for _, c := range []struct {
		name string
		got  func() ([]int, error)
		want []int
	}{
		// 166.5 and 832.5 go to the even side: OpenAI's respace "7".
		{"7", func() ([]int, error) { return FractionalStride(1000, 7) }, []int{0, 166, 333, 500, 666, 832, 999}},
		{"25", func() ([]int, error) { return FractionalStride(1000, 25) }, []int{
			0, 42, 83, 125, 166, 208, 250, 291, 333, 375, 416, 458, 500, 541, 583, 624, 666, 708, 749, 791, 832, 874, 916, 957, 999}},
		{"1", func() ([]int, error) { return FractionalStride(1000, 1) }, []int{0}},
		{"all", func() ([]int, error) { return FractionalStride(4, 4) }, []int{0, 1, 2, 3}},
		// GLIDE's fast27 before it swaps 999 for 997.
		{"10,10,3,2,2", func() ([]int, error) { return Sections(1000, 10, 10, 3, 2, 2) }, []int{
			0, 22, 44, 66, 88, 111, 133, 155, 177, 199, 200, 222, 244, 266, 288, 311, 333, 355, 377, 399, 400, 500, 599, 600, 799, 800, 999}},
		{"3,2 of 7", func() ([]int, error) { return Sections(7, 3, 2) }, []int{0, 2, 3, 4, 6}},
		{"ddim4", func() ([]int, error) { return IntegerStride(10, 4) }, []int{0, 3, 6, 9}},
		{"ddim1", func() ([]int, error) { return IntegerStride(10, 1) }, []int{0}},
		{"ddim1 of 1", func() ([]int, error) { return IntegerStride(1, 1) }, []int{0}},
		{"leading 3 of 10", func() ([]int, error) { return Leading(10, 3) }, []int{0, 3, 6}},
	} {
		got, err := c.got()
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v (%v), expected %v", c.name, got, err, c.want)
		}
	}
	ddim, err := IntegerStride(1000, 50)
	if err != nil || len(ddim) != 50 || ddim[49] != 980 {
		t.Errorf("ddim50: got %v (%v)", ddim, err)
	}
}

func TestRespacingErrors(t *testing.T) {
	for name, f := range map[string]func() ([]int, error){
		"too many":          func() ([]int, error) { return FractionalStride(10, 11) },
		"none":              func() ([]int, error) { return FractionalStride(10, 0) },
		"no such stride":    func() ([]int, error) { return IntegerStride(10, 6) },
		"full section":      func() ([]int, error) { return Sections(10, 2, 6) },
		"no section":        func() ([]int, error) { return Sections(10) },
		"leading, too many": func() ([]int, error) { return Leading(10, 11) },
	} {
		if got, err := f(); err == nil {
			t.Errorf("%s: got %v, expected an error", name, got)
		}
	}
}

// Every count of fractional strides is increasing and reaches both ends.
func TestFractionalStrideAlwaysFits(t *testing.T) {
	for n := 2; n <= 1000; n++ {
		ts, err := FractionalStride(1000, n)
		if err != nil {
			t.Fatal(err)
		}
		if len(ts) != n || ts[0] != 0 || ts[n-1] != 999 {
			t.Errorf("%d timesteps from %d to %d, expected %d from 0 to 999", len(ts), ts[0], ts[len(ts)-1], n)
		}
		for i := 1; i < n; i++ {
			if ts[i] <= ts[i-1] {
				t.Errorf("n = %d: %d after %d", n, ts[i], ts[i-1])
			}
		}
	}
}
