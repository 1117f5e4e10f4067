package dpm

import (
	"math"
	"strings"
	"testing"
)

// A network that adds nothing, on data that are standard normal, is exact up to its last
// step's variance: then K is the null model's (the check in the code's own comments).
func TestTheNullModelGainsNothing(t *testing.T) {
	betas, err := Betas(50, 0.001)
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewGaussian(betas)
	if err != nil {
		t.Fatal(err)
	}
	// E KL over x_0, x_t ~ N(0, 1) in closed form: the reverse step is the forward one.
	var sum float64
	for step := 1; step < g.Len(); step++ {
		ofX0, ofXt, variance := g.Posterior(step)
		s := g.Step(step)
		signal := math.Sqrt(g.AlphaBar[step])
		d2 := ofX0*ofX0 + (ofXt-s.Keep)*(ofXt-s.Keep) + 2*ofX0*(ofXt-s.Keep)*signal
		_, reverse := s.Moments(0, 0, 0)
		sum += 0.5 * (math.Log(reverse/variance) + (variance+d2)/reverse - 1) / math.Ln2
	}
	if k := K(sum, g.Ends()); math.Abs(k-g.Null()) > 1e-9 {
		t.Errorf("K is %v, the null model's %v", k, g.Null())
	}
}

// Bayes' rule: the forward step's probability of x_t is that of both x_{t−1}, added up.
func TestBinomialPosterior(t *testing.T) {
	betas, err := BinomialBetas(20)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewBinomial(betas, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	for step := 1; step < c.Len(); step++ {
		for _, x0 := range []float32{0, 1} {
			one := c.Rate(x0, step)
			back := one*c.Posterior(x0, 1, step) + (1-one)*c.Posterior(x0, 0, step)
			if want := c.Rate(x0, step-1); math.Abs(back-want) > 1e-12 {
				t.Errorf("step %d, x_0 = %g: q(x_{t−1} = 1) is %v, expected %v", step, x0, back, want)
			}
		}
	}
}

func TestMultiply(t *testing.T) {
	if mean, variance := Multiply(1, 2, 3, 2); mean != 2 || variance != 1 {
		t.Errorf("two equal factors give %g and %g, expected 2 and 1", mean, variance)
	}
	if mean, variance := Multiply(1, 2, 3, math.Inf(1)); mean != 1 || variance != 2 {
		t.Errorf("a factor that says nothing gives %g and %g, expected 1 and 2", mean, variance)
	}
}

func TestConfigErrors(t *testing.T) {
	good := `{"_class_name":"DiffusionProbabilisticModel2015","network":"rbf","kernel":"gaussian","timesteps":4,"height":1,"width":2,"hidden":3,"first_beta":0.001}`
	if _, err := ParseConfig([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for old, c := range map[string][2]string{
		`"rbf"`:                             {`"cnn"`, "network"},
		`"gaussian"`:                        {`"binomial"`, "kernel"},
		`"timesteps":4`:                     {`"timesteps":1`, "timesteps"},
		`"hidden":3`:                        {`"hidden":5000`, "hidden"},
		`"width":2`:                         {`"width":2,"mean":[1],"std":[0]`, "std"},
		`"height":1`:                        {`"height":1,"betas":[0.1,0.2]`, "betas"},
		`"first_beta"`:                      {`"firstbeta"`, "firstbeta"},
		`"DiffusionProbabilisticModel2015"`: {`"UNet2DModel"`, "_class_name"},
	} {
		_, err := ParseConfig([]byte(strings.Replace(good, old, c[0], 1)))
		if err == nil || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: error %v, expected one about %s", c[0], err, c[1])
		}
	}
}

func TestStandardise(t *testing.T) {
	c := Config{Mean: []float64{1, -1}, Std: []float64{2, 0.5}}
	x := []float32{3, -1, 1, 0}
	c.Standardise(x)
	if x[0] != 1 || x[1] != 0 || x[2] != 0 || x[3] != 2 {
		t.Errorf("standardised to %v", x)
	}
	c.Restore(x, x)
	if x[0] != 3 || x[3] != 0 {
		t.Errorf("restored to %v", x)
	}
}

func TestTemporalBasis(t *testing.T) {
	for _, logOdds := range []bool{false, true} {
		rows := temporalBasis(100, 7, logOdds)
		for step, row := range rows {
			var sum float64
			for _, v := range row {
				sum += v
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Fatalf("the bumps of step %d add up to %g", step, sum)
			}
		}
		if rows[0][0] < 0.5 || rows[99][6] < 0.5 {
			t.Errorf("the ends have weights %v and %v", rows[0], rows[99])
		}
	}
}

// A config from an untrusted file is refused or describes a network.
func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"_class_name":"DiffusionProbabilisticModel2015","network":"rbf","kernel":"gaussian","timesteps":4,"height":1,"width":2,"hidden":3,"first_beta":0.001}`))
	f.Add([]byte(`{"_class_name":"DiffusionProbabilisticModel2015","network":"mlp","kernel":"binomial","timesteps":9,"rest":0.2,"height":1,"width":5,"hidden":4,"layers":2,"temporal_basis":3}`))
	f.Add([]byte(`{"_class_name":"DiffusionProbabilisticModel2015","network":"pictures","kernel":"gaussian","timesteps":9,"height":4,"width":4,"hidden":4,"layers":1,"temporal_basis":3,"filters":2,"scales":2,"dense_layers":2,"dense_outputs":1,"upper":3,"upper_layers":1}`))
	f.Add([]byte(`{"network":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseConfig(text)
		if err != nil {
			return
		}
		if list, err := c.Parameters(); err != nil || len(list) == 0 {
			t.Errorf("%d parameters, %v", len(list), err)
		}
	})
}
