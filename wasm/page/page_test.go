package page

import (
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/mathml"
	"unnoise/model/run"
)

func TestEdit(t *testing.T) {
	spec := run.Default()
	for _, c := range []struct{ field, text string }{
		{"steps", "many"}, {"seed", "-1"}, {"seed", "99999999999999999999"}, {"class", ""}, {"eta", "x"},
	} {
		got, problems := Edit(spec, c.field, c.text)
		if got != spec || len(problems) != 1 || problems[0].Field != c.field || !strings.Contains(problems[0].Sentence, "“"+c.text+"”") {
			t.Errorf("Edit(%s, %q) = %+v, %v", c.field, c.text, got, problems)
		}
	}
	got, problems := Edit(spec, "steps", " 25 ")
	if len(problems) > 0 || got.Steps != 25 {
		t.Errorf("steps 25 read as %d, %v", got.Steps, problems)
	}
}

// Every equation must be well-formed, name what is not obvious, and show the
// coefficients that the step is computed with.
func TestExplainStep(t *testing.T) {
	info := run.Info{Channels: 1, Height: 2, Width: 2, NumClasses: 10}
	for _, spec := range []run.Spec{
		{Sampler: run.DDIM, Class: 3, Guidance: 2, Steps: 10, N: 1, Eta: 0.5},
		{Sampler: run.DDPM, Variance: run.FixedLarge, Class: -1, Guidance: 1, Steps: 10, N: 1},
		{Sampler: run.Euler, Spacing: run.Uniform, Class: -1, Guidance: 1, Steps: 10, N: 1},
		{Sampler: run.EulerAncestral, Spacing: run.Karras, Class: -1, Guidance: 1, Steps: 10, N: 1},
		{Sampler: run.Heun, Spacing: run.Karras, Class: -1, Guidance: 1, Steps: 10, N: 1},
		{Sampler: run.DPMSolverPP2M, Spacing: run.Uniform, Class: 2, Guidance: 3, Steps: 10, N: 1},
	} {
		plan, err := run.NewPlan(spec, info)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range append(plan.Updates, diffusion.Final()) {
			e := ExplainStep(spec, u)
			all := ""
			for _, b := range e.Blocks {
				wellFormed(t, b.Symbols)
				wellFormed(t, b.Numbers)
				all += b.Numbers
				if !strings.Contains(b.Symbols, "data-tip") {
					t.Errorf("no symbol of %q explains itself", b.Caption)
				}
			}
			for _, v := range e.Values {
				wellFormed(t, v.Symbol)
			}
			if u.T < 0 {
				continue
			}
			shown := []float64{u.OfX0, u.OfXt, u.OfX0Before, u.StdDev, math.Sqrt(1 / u.AlphaBar)}
			if c := u.Correction; c != nil {
				shown = append(shown, c.OfXt, c.OfX0, c.OfX0Next)
			}
			for _, x := range shown {
				if x != 0 && !strings.Contains(all, mathml.Number(math.Abs(x))) {
					t.Errorf("%s, t = %d: %v is missing in %s", spec.Sampler, u.T, x, all)
				}
			}
			if spec.Class >= 0 != strings.Contains(all, symEC.math) {
				t.Errorf("guidance is shown for class %d: %v", spec.Class, spec.Class < 0)
			}
		}
	}
}

func TestEachSymbolIsOneStopOfTheTabKey(t *testing.T) {
	u := diffusion.Update{T: 5, TPrev: 4, AlphaBar: 0.5, AlphaBarPrev: 0.6}
	e := ExplainStep(run.Spec{Sampler: run.DDPM, Class: 1, Guidance: 3}, u)
	stops, all := 0, map[string]bool{}
	for _, b := range e.Blocks {
		stops += strings.Count(b.Symbols, `tabindex="0"`)
		for _, part := range strings.Split(b.Symbols, `data-tip="`)[1:] {
			tip, _, _ := strings.Cut(part, `"`)
			all[tip] = true
		}
	}
	if stops != len(all) || stops < 8 {
		t.Errorf("%d stops for %d symbols", stops, len(all))
	}
}

func TestExplainNoise(t *testing.T) {
	e := ExplainNoise(499, 0.078587243)
	wellFormed(t, e.Blocks[0].Symbols)
	for _, x := range []float64{0.28033416, 0.95989205} {
		if !strings.Contains(e.Blocks[0].Numbers, mathml.Number(x)) {
			t.Errorf("%v is missing in %s", mathml.Number(x), e.Blocks[0].Numbers)
		}
	}
}

func wellFormed(t *testing.T, markup string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<x>" + markup + "</x>"))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, markup)
		}
	}
}
