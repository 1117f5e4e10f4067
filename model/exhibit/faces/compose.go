package faces

import (
	"context"
	"slices"

	"unnoise/model/diffusion"
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/run"
)

// Compose is a face put together from menus.
var Compose = &exhibit.Exhibit{
	ID: "faces", Title: "Compose a face", Year: 2021, References: []int{2, 6},
	Sentences: [3]string{
		"One network is told up to nine things at once, hair, hat, glasses and so on, and whatever is left open it chooses itself.",
		"While it was trained, attributes were left out at random, so it also knows what a face looks like about which nothing is said; guidance goes from there towards what is asked for, and beyond.",
		"The row below takes the first face’s noise again and changes a single attribute: what does not depend on it stays.",
	},
	Models: []string{"faces"},
	Controls: append(menus(),
		exhibit.Control{ID: "guidance", Kind: exhibit.Range, Label: "Guidance s", Default: "2", Min: 0, Max: 8, Step: 0.25,
			Tip: "How far to go from the answer without attributes (0) to the one with them (1), and beyond."},
		exhibit.Control{ID: "sampler", Kind: exhibit.Choice, Label: "Sampler", Default: run.DDIM, Options: samplers, Tip: "How the steps are taken."},
		chain.StepsControl("25", "8"),
		exhibit.SeedControl(),
		chain.CountControl("4", "2", 16),
	),
	Presets: []exhibit.Preset{
		{Name: "Anybody", Tip: "Nothing is said.", Values: open(nil)},
		{Name: "Never seen together", Tip: "Pigtails with dark glasses: no picture of the training had both.",
			Values: map[string]string{"hair": "pigtails", "hair-colour": "brown", "glasses": "dark", "vary": "hair"}},
		{Name: "A beard under a pink hat", Tip: "No picture of the training had both.",
			Values: map[string]string{"hair": "any", "hair-colour": "black", "beard": "full", "hat": "pink-hat", "glasses": "none", "vary": "mouth"}},
		{Name: "Only a hat", Tip: "The network chooses the rest.", Values: open(map[string]string{"hat": "green-hat", "vary": "hat"})},
	},
	Panels: []exhibit.Panel{
		{ID: "faces", Title: "The faces", Wide: true, Tip: "Above xₜ, noise and picture together; below x̂₀, the finished face as the network’s answer has it."},
		{ID: "row", Title: "One attribute changed, same noise", Wide: true, Tip: "x̂₀ of the first face with every option of the attribute that is tried. All else is as composed, and so is the noise."},
		{ID: "change", Title: "How much the option changes", Tip: "Root mean square difference of x̂₀ from the first face of the row, over all pixels and colours, which run from −1 to 1."},
	},
	Timeline: "t",
	Run:      compose,
	Quick:    map[string]string{"pictures": "1", "steps": "2", "vary": "beard"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "red"},
		{Control: "background", Value: "lilac", Readout: "blue"},
		{Control: "guidance", Value: "4", Readout: "green"},
		{Control: "vary", Value: "glasses", Readout: "changed"},
	},
}

var samplers = []exhibit.Option{
	{ID: run.DDPM, Label: "DDPM", Tip: "With fresh noise in every step."},
	{ID: run.DDIM, Label: "DDIM", Tip: "The same without: the start decides everything."},
	{ID: run.Euler, Label: "Euler", Tip: "Straight lines along the differential equation."},
	{ID: run.EulerAncestral, Label: "Euler a", Tip: "Goes too far and adds noise back."},
	{ID: run.Heun, Label: "Heun", Tip: "Two answers a step, a far smaller error."},
	{ID: run.DPMSolverPP2M, Label: "DPM++ 2M", Tip: "Extrapolates from the step before."},
}

// open is the values that leave every attribute open but those given.
func open(values map[string]string) map[string]string {
	all := map[string]string{}
	for _, a := range attributes {
		all[slug(a.Name)] = anything
	}
	for id, value := range values {
		all[id] = value
	}
	return all
}

func compose(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	model, err := chain.Load(ctx, env, "faces")
	if err != nil {
		return err
	}
	b := newBatch(model, s)
	spec := run.Default()
	spec.Model, spec.Sampler, spec.Steps, spec.Guidance, spec.Seed, spec.N = "faces", s.Text("sampler"), s.Int("steps"), s.Float("guidance"), s.Seed("seed"), b.faces
	plan, err := run.NewPlan(spec, model.Info)
	if err != nil {
		return err
	}
	guided := &diffusion.Guided{Predictor: model.Net, Scale: spec.Guidance}
	moments := chain.Moments(len(plan.Updates), 60)
	return diffusion.Sample(ctx, guided, plan.Updates, diffusion.Start{Xt: b.start()}, b.cond(), b.noise(), func(step diffusion.Step) error {
		if i, shown := slices.BinarySearch(moments, step.I); shown {
			f := b.frame(step)
			f.Index, f.Total = i, len(moments)
			f.Equations = equations(spec.Guidance, b.composed)
			emit(f)
		}
		return nil
	})
}

// batch is the pictures that go down together: the faces, and after them the row.
type batch struct {
	model    *chain.Model
	seed     uint64
	faces    int
	composed []int // of the faces
	vary     int   // the attribute of the row
}

func newBatch(model *chain.Model, s exhibit.State) *batch {
	return &batch{model: model, seed: s.Seed("seed"), faces: s.Int("pictures"), composed: composed(s), vary: varied(s)}
}

// options are those of the row's attribute.
func (b *batch) options() []string { return attributes[b.vary].Options }

// cond is what the network is told of each picture.
func (b *batch) cond() diffusion.Cond {
	told := slices.Repeat([][]int{b.composed}, b.faces)
	for k := range b.options() {
		changed := slices.Clone(b.composed)
		changed[b.vary] = k
		told = append(told, changed)
	}
	return diffusion.Cond{Class: chain.Same(diffusion.NoClass, len(told)), Attributes: told}
}

// start is x_T: each face's own, and the first one's for the row.
func (b *batch) start() []float32 {
	x := b.model.StartNoise(b.faces, b.seed)
	return append(x, slices.Repeat(x[:b.model.Elems()], len(b.options()))...)
}

// noise is that of the steps: each face's own, and the first one's for the row.
func (b *batch) noise() diffusion.Noise {
	elems := b.model.Elems()
	each := run.StepNoise(b.seed, b.faces)
	return func(i int, dst []float32) {
		each(i, dst[:b.faces*elems])
		for k := b.faces; k < len(dst)/elems; k++ {
			copy(dst[k*elems:(k+1)*elems], dst[:elems])
		}
	}
}
