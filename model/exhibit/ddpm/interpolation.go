package ddpm

import (
	"context"
	"fmt"
	"math"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
	ml "unnoise/model/mathml"
	"unnoise/model/run"
)

// Interpolation mixes two noised pictures and denoises the mixture: §4.3 and Fig. 8.
var Interpolation = interpolation()

func interpolation() *exhibit.Exhibit {
	controls := chain.PictureControls("", "From", "sneaker", 0)
	controls = append(controls, chain.PictureControls("other-", "To", "ankle-boot", 1)...)
	return &exhibit.Exhibit{
		ID: "ddpm-interpolation", Title: "DDPM: between two pictures", Year: year, References: []int{reference},
		Sentences: [3]string{
			"Two real pictures are noised to the same timestep and mixed there, and the chain is run back from the mixture.",
			"Mixed at t = 0 they are two ghosts over each other; mixed higher up, the network repairs the mixture into a picture of its own.",
			"The more noise, the freer it is: from coarse mixtures up to pictures that have nothing to do with either.",
		},
		Models: []string{"fashion"},
		Presets: []exhibit.Preset{
			{Name: "Hardly noised", Tip: "t = 125: the ghosts stay.", Values: map[string]string{"t": "125"}},
			{Name: "Half way up", Tip: "t = 500, as in the paper’s Fig. 8.", Values: map[string]string{"t": "500"}},
			{Name: "Nearly noise", Tip: "t = 875: free invention.", Values: map[string]string{"t": "875"}},
			{Name: "On the sphere", Tip: "Slerp instead of the paper’s straight line: noise keeps its amount.", Values: map[string]string{"t": "500", "mix": "slerp"}},
		},
		Controls: append(controls,
			exhibit.Control{ID: "t", Kind: exhibit.Range, Label: "Noised to t", Default: "500", Min: 10, Max: 999, Step: 1,
				Tip: "How far up both are noised before they are mixed."},
			exhibit.Control{ID: "mix", Kind: exhibit.Choice, Label: "Mixed", Default: "linear",
				Tip: "The paper mixes the noised pictures along a straight line. In the middle, that leaves less noise than the network expects at t.",
				Options: []exhibit.Option{
					{ID: "linear", Label: "Along a line (paper)", Tip: "(1 − λ)·x + λ·x′."},
					{ID: "slerp", Label: "Along an arc", Tip: "Spherical interpolation, as DDIM does it: the amount of noise stays."},
				}},
			chain.StepsControl("40", "10"),
			exhibit.Control{ID: "pictures", Kind: exhibit.Number, Label: "Mixtures", Default: "9", Modest: "5", Min: 3, Max: 13,
				Tip: "How many mixtures there are, both ends included."},
			exhibit.SeedControl()),
		Panels: []exhibit.Panel{
			{ID: "strips", Title: "From one to the other", Tip: "From above: the pictures themselves mixed; the noised ones mixed; the chain’s state; its guess. The number is λ, the share of the second picture.", Wide: true},
			{ID: "amount", Title: "How much is left in the mixture", Tip: "Root mean square of the noised mixture. On a line it sinks in the middle, since the two noises partly cancel."},
			{ID: "distance", Title: "Distance from both ends", Tip: "Root mean square between each guess and the two real pictures."},
		},
		Timeline: "t",
		Quick:    map[string]string{"steps": "2", "pictures": "3"},
		Probes: []exhibit.Probe{
			{Control: "seed", Value: "1", Readout: "to-first"},
			{Control: "t", Value: "900", Readout: "to-first"},
		},
		Run: runInterpolation,
	}
}

// mixtures are two pictures, and what is between them.
type mixtures struct {
	m      *chain.Model
	n      int
	ends   [2][]float32
	pixels []float32 // the pictures mixed
	noised []float32 // the noised pictures mixed
	amount [2]figure.Curve
}

// Mix writes the mixture of a and b at λ into dst: along a line, or along the arc
// between them (slerp), whose angle is that between a and b.
func Mix(dst, a, b []float32, lambda float64, arc bool) {
	ofA, ofB := 1-lambda, lambda
	if arc {
		var ab, aa, bb float64
		for i := range a {
			ab += float64(a[i]) * float64(b[i])
			aa += float64(a[i]) * float64(a[i])
			bb += float64(b[i]) * float64(b[i])
		}
		angle := math.Acos(max(-1, min(1, ab/math.Sqrt(aa*bb))))
		if s := math.Sin(angle); s > 1e-6 {
			ofA, ofB = math.Sin((1-lambda)*angle)/s, math.Sin(lambda*angle)/s
		}
	}
	diffusion.Combine(dst, a, b, ofA, ofB)
}

func newMixtures(ctx context.Context, env *exhibit.Env, s exhibit.State, m *chain.Model) (*mixtures, error) {
	x := &mixtures{m: m, n: s.Int("pictures")}
	var noisy [2][]float32
	for k, prefix := range []string{"", "other-"} {
		picture, _, err := chain.Picture(ctx, env, s, prefix)
		if err != nil {
			return nil, err
		}
		x.ends[k] = picture
		noisy[k] = make([]float32, m.Elems())
		run.StartNoise(noisy[k], s.Seed("seed"), k)
		diffusion.QSample(noisy[k], picture, noisy[k], m.Trained.AlphaBar[s.Int("t")])
	}
	x.pixels, x.noised = make([]float32, x.n*m.Elems()), make([]float32, x.n*m.Elems())
	for i := range x.n {
		at := func(values []float32) []float32 { return values[i*m.Elems() : (i+1)*m.Elems()] }
		Mix(at(x.pixels), x.ends[0], x.ends[1], x.lambda(i), false)
		Mix(at(x.noised), noisy[0], noisy[1], x.lambda(i), s.Text("mix") == "slerp")
	}
	for k, name := range []string{"line", "arc"} {
		mixed := make([]float32, m.Elems())
		x.amount[k] = chain.CurveOf(name, []figure.Colour{figure.A, figure.B}[k], 41,
			func(i int) float64 { return float64(i) / 40 },
			func(i int) float64 {
				Mix(mixed, noisy[0], noisy[1], float64(i)/40, k == 1)
				return chain.RMS(mixed, nil)
			})
	}
	return x, nil
}

func (x *mixtures) lambda(i int) float64 { return float64(i) / float64(x.n-1) }

func runInterpolation(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	m, err := chain.Load(ctx, env, "fashion")
	if err != nil {
		return err
	}
	x, err := newMixtures(ctx, env, s, m)
	if err != nil {
		return err
	}
	ts, err := diffusion.FractionalStride(s.Int("t")+1, min(s.Int("steps"), s.Int("t")+1))
	if err != nil {
		return err
	}
	visited, err := m.Trained.Respace(ts)
	if err != nil {
		return err
	}
	// Every mixture gets the same fresh noise, so that only λ tells them apart.
	one := run.StepNoise(s.Seed("seed")+2, 1)
	r := &chain.Run{
		Net:     m.Net,
		Updates: diffusion.DDPMUpdates(visited, m.Reading, diffusion.FixedSmall),
		Start:   diffusion.Start{Xt: x.noised},
		Class:   chain.Same(diffusion.NoClass, x.n),
		Noise: func(i int, dst []float32) {
			one(i, dst[:m.Elems()])
			for k := 1; k < x.n; k++ {
				copy(dst[k*m.Elems():], dst[:m.Elems()])
			}
		},
	}
	moments := chain.Moments(len(r.Updates), maxFrames)
	f := exhibit.Frame{Total: len(moments)}
	return r.Walk(ctx, func(step diffusion.Step) error {
		if step.I == moments[f.Index] {
			x.show(&f, s, step)
			emit(f)
			f.Index++
		}
		return nil
	})
}

func (x *mixtures) show(f *exhibit.Frame, s exhibit.State, step diffusion.Step) {
	elems, guess := x.m.Elems(), chain.X0Hat(step)
	var captions []string
	for range 4 {
		for i := range x.n {
			captions = append(captions, fmt.Sprintf("%.3g", x.lambda(i)))
		}
	}
	strips := x.m.Grid(slices.Concat(x.pixels, x.noised, step.Xt, guess), x.n, captions)
	strips.Rows = []string{"mixed", "noised, mixed", "xₜ", "x̂₀"}
	distance := &figure.Plot{X: figure.Axis{Label: "λ", Min: 0, Max: 1}, Y: figure.Axis{Label: "distance"}}
	for k, name := range []string{"from the first", "from the second"} {
		distance.Curves = append(distance.Curves, chain.CurveOf(name, []figure.Colour{figure.A, figure.B}[k], x.n, x.lambda,
			func(i int) float64 { return chain.RMS(guess[i*elems:(i+1)*elems], x.ends[k]) }))
	}
	mid := x.n / 2
	middle := func(values []float32) []float32 { return values[mid*elems : (mid+1)*elems] }
	f.Figures = map[string]figure.Figure{
		"strips": strips, "distance": distance,
	}
	if f.Index == 0 {
		f.Figures["amount"] = &figure.Plot{X: figure.Axis{Label: "λ", Min: 0, Max: 1}, Y: figure.Axis{Label: "root mean square"}, Curves: x.amount[:]}
	}
	f.Label = chain.StepLabel(step.Update)
	f.Readouts = []exhibit.Readout{
		{ID: "amount", Name: "Amount left in the middle", Value: chain.RMS(middle(x.noised), nil), Tip: "Root mean square of the noised mixture there."},
		{ID: "to-first", Name: "Middle from the first picture", Value: chain.RMS(middle(guess), x.ends[0]), Tip: "Root mean square; 2 is black against white."},
		{ID: "to-second", Name: "Middle from the second picture", Value: chain.RMS(middle(guess), x.ends[1]), Tip: "Root mean square; 2 is black against white."},
		{ID: "to-ghost", Name: "Middle from the ghost", Value: chain.RMS(middle(guess), middle(x.pixels)), Tip: "How far the network has gone from the two pictures simply laid over each other."},
	}
	f.Equations = append([]exhibit.Equation{x.equation(s)}, chain.StepEquations(step.Update)...)
	f.Words = fmt.Sprintf("%s: %d mixtures from %s to %s are being denoised.", f.Label, x.n, s.Text("garment"), s.Text("other-garment"))
}

// equation is the mixture in the middle.
func (x *mixtures) equation(s exhibit.State) exhibit.Equation {
	l := ml.I("λ")
	xt, other, mixed := chain.SymXt, ml.Prime(chain.SymXt.Math), ml.Bar(ml.I("x"))
	lambda := x.lambda(x.n / 2)
	e := exhibit.Equation{
		Caption: "Mix what is noised",
		Symbols: ml.Line(mixed, ml.O("="), ml.Parens(ml.N("1"), ml.O("−"), l), ml.Of(xt), ml.O("+"), l, other),
		Numbers: ml.Line(mixed, ml.O("="), ml.Times(ml.Number(1-lambda), xt.Math), ml.Plus(lambda, other)),
	}
	if s.Text("mix") == "slerp" {
		angle := ml.I("θ")
		sin := func(of string) string { return ml.Row(ml.I("sin"), of) }
		e.Symbols = ml.Line(mixed, ml.O("="), ml.Frac(sin(ml.Row(ml.Parens(ml.N("1"), ml.O("−"), l), angle)), sin(angle)), ml.Of(xt),
			ml.O("+"), ml.Frac(sin(ml.Row(l, angle)), sin(angle)), other)
		e.Numbers = ""
	}
	return e
}
