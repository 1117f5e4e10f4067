package ncsnv2

import (
	"context"
	"fmt"
	"slices"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	"unnoise/model/langevin"
	"unnoise/model/rng"
)

// Techniques is a calculator of levels and steps: techniques 1, 2 and 4.
var Techniques = &exhibit.Exhibit{
	ID: "ncsnv2-techniques", Title: "NCSNv2: which noise, which steps", Year: 2020, References: []int{16},
	Sentences: [3]string{
		"Annealed Langevin dynamics need a first noise level, a ratio between levels, a number of steps and their size; NCSN’s were found by trial, for small pictures.",
		"NCSNv2 computes them: the first noise is as large as the largest distance between two pictures, the levels overlap by half, and the steps are those with which the noise of a level settles.",
		"Here the rules are applied to real pictures; change the data or a wish, and see what it costs.",
	},
	Presets: []exhibit.Preset{
		{Name: "Fashion pictures", Tip: "28 × 28 grey values: fewer dimensions, larger leaps.", Values: map[string]string{"data": "fashion"}},
		{Name: "Ten levels, as NCSN", Tip: "From the same first noise down by ten levels: they hardly overlap.", Values: map[string]string{"ratio": "ten"}},
		{Name: "NCSN’s step size", Tip: "ε = 2·10⁻⁵: the steps add more noise than they settle.", Values: map[string]string{"rule": "own", "part": "0.2"}},
		{Name: "One step a level", Tip: "The noise of the level before is still there.", Values: map[string]string{"per-level": "1"}},
		{Name: "Much overlap", Tip: "Nine tenths of a level’s noise lie where that of the level before does: many levels.", Values: map[string]string{"overlap": "0.9"}},
	},
	Controls: []exhibit.Control{
		{ID: "data", Kind: exhibit.Choice, Label: "Pictures", Default: "faces", Tip: "The pictures whose noise is planned, from each data set’s test split.",
			Options: []exhibit.Option{
				{ID: "faces", Label: "Pixel faces", Tip: "16 × 16 in colour: 768 dimensions."},
				{ID: "fashion", Label: "Fashion-MNIST", Tip: "28 × 28 grey values: 784 dimensions."},
			}},
		{ID: "sample", Kind: exhibit.Number, Label: "How many", Default: "20", Min: 2, Max: 100,
			Tip: "The distance is measured between all pairs of this many. The largest of a sample is a little below that of the whole data set: take more, and see it grow. There are 20 faces and 100 garments."},
		{ID: "ratio", Kind: exhibit.Choice, Label: "Levels", Default: "overlap", Tip: "How the levels between the first and the last noise are chosen.",
			Options: []exhibit.Option{
				{ID: "overlap", Label: "By their overlap", Tip: "Technique 2."},
				{ID: "ten", Label: "Ten, as in NCSN", Tip: "Whatever the dimension."},
			}},
		{ID: "overlap", Kind: exhibit.Range, Label: "Overlap of levels", Default: "0.5", Min: 0.05, Max: 0.95, Step: 0.01,
			Tip:  "How much of one level’s noise lies where that of the level before it does. The paper asks for about a half; its shipped settings have 0.567.",
			When: exhibit.Condition{Control: "ratio", Values: []string{"overlap"}}},
		{ID: "last", Kind: exhibit.Range, Label: "Last noise σ_L", Default: "0.01", Min: 0.001, Max: 0.2, Step: 0.001, Log: true,
			Tip: "So little that it is not seen: 0.01 in both papers, for pictures from 0 to 1."},
		{ID: "per-level", Kind: exhibit.Number, Label: "Steps at each level, T", Default: "5", Min: 1, Max: 100,
			Tip: "As many as can be paid for: the network is asked T times at each level. 3 to 5 in the paper, 100 in NCSN."},
		{ID: "rule", Kind: exhibit.Choice, Label: "Step size", Default: "best", Tip: "How ε is chosen.",
			Options: []exhibit.Option{
				{ID: "best", Label: "By technique 4", Tip: "So that the variance after T steps is as near to the level’s as it can be."},
				{ID: "own", Label: "Your own", Tip: "A part of the last level’s variance, by a slider of its own."},
			}},
		{ID: "part", Kind: exhibit.Range, Label: "ε / σ_L²", Default: "0.1", Min: 0.005, Max: 0.9, Step: 0.005, Log: true,
			Tip: "The step size as a part of the last level’s variance. NCSN has 0.2.", When: exhibit.Condition{Control: "rule", Values: []string{"own"}}},
		exhibit.SeedControl(),
	},
	Panels: []exhibit.Panel{
		{ID: "pair", Title: "Farthest and nearest", Tip: "Of the sample: the two pictures that are farthest apart, whose distance is σ₁, and the two that are nearest."},
		{ID: "distances", Title: "1: the first noise", Tip: "All distances between two pictures of the sample. A chain that begins with less noise than the largest cannot get from any picture to any other."},
		{ID: "overlap", Title: "2: the ratio of levels", Tip: "How much of a level’s noise lies where that of the level before does, by the ratio γ. In many dimensions noise lies on a thin shell, so that the ratio must be small."},
		{ID: "levels", Title: "The levels", Tip: "The noise of every level, and that of ten levels as in NCSN."},
		{ID: "settled", Title: "4: the step size", Tip: "The variance after T steps of a level, in that of the level itself: 1 would be right. Small steps leave the noise of the level before, large ones make noise of their own."},
		{ID: "shipped", Title: "The paper’s own settings", Tip: "From the configuration files of its program, with what the rules say of them.", Wide: true},
	},
	Quick: map[string]string{"sample": "8"},
	Probes: []exhibit.Probe{
		{Control: "seed", Value: "1", Readout: "median"},
		{Control: "data", Value: "fashion", Readout: "sigma"},
		{Control: "overlap", Value: "0.7", Readout: "levels"},
		{Control: "per-level", Value: "3", Readout: "step"},
	},
	Run: runTechniques,
}

// plan is what the rules say.
type plan struct {
	sheet          *anneal.Data
	shown          []int // the sample, as numbers of the sheet's pictures
	distances      []float64
	first, last    float64
	gamma, overlap float64
	sigmas         []float64
	perLevel       int
	step, settled  float64
	far, near      [2]int // pairs
	nearest        float64
}

func runTechniques(ctx context.Context, env *exhibit.Env, s exhibit.State, emit func(exhibit.Frame)) error {
	p, err := newPlan(ctx, env, s)
	if err != nil {
		return err
	}
	emit(p.frame())
	return nil
}

func newPlan(ctx context.Context, env *exhibit.Env, s exhibit.State) (*plan, error) {
	data, err := anneal.LoadData(ctx, env, s.Text("data"))
	if err != nil {
		return nil, err
	}
	p := &plan{sheet: data, last: s.Float("last"), perLevel: s.Int("per-level")}
	p.measure(s)
	n := 10
	if s.Text("ratio") == "overlap" {
		gamma, err := langevin.Gamma(s.Float("overlap"), data.Elems())
		if err != nil {
			return nil, err
		}
		n = max(2, langevin.Count(p.first, p.last, gamma))
	}
	p.gamma = langevin.Ratio(p.first, p.last, n)
	p.overlap = langevin.Overlap(p.gamma, data.Elems())
	p.sigmas = langevin.Geometric(p.first, p.last, n)
	part := s.Float("part")
	if s.Text("rule") == "best" {
		part = langevin.BestPart(p.gamma, p.perLevel)
	}
	p.step = part * p.last * p.last
	p.settled = langevin.Settled(p.gamma, part, p.perLevel)
	return p, nil
}

// measure draws a sample and measures its distances.
func (p *plan) measure(s exhibit.State) {
	g := rng.ForName(s.Seed("seed"), "sample")
	all := make([]int, len(p.sheet.Pictures))
	for i := range all {
		all[i] = i
		j := int(g.Float64() * float64(i+1))
		all[i], all[j] = all[j], all[i]
	}
	p.shown = all[:min(s.Int("sample"), len(all))]
	pictures := make([][]float32, len(p.shown))
	for k, i := range p.shown {
		pictures[k] = p.sheet.Pictures[i]
	}
	p.distances = langevin.Distances(pictures)
	pair, first := 0, true
	for i := range pictures {
		for j := i + 1; j < len(pictures); j++ {
			d := p.distances[pair]
			if d > p.first || first {
				p.first, p.far = d, [2]int{p.shown[i], p.shown[j]}
			}
			if d < p.nearest || first {
				p.nearest, p.near = d, [2]int{p.shown[i], p.shown[j]}
			}
			pair, first = pair+1, false
		}
	}
	slices.Sort(p.distances)
}

func (p *plan) words() string {
	return fmt.Sprintf("The farthest two of %d pictures are %.3g apart: the first noise. %d levels with ratio %.4g lead down to %.3g, overlapping by %.2f; with %d steps of size %.3g at each, the variance settles at %.3f of the level’s. The network is asked %d times.",
		len(p.shown), p.first, len(p.sigmas), p.gamma, p.last, p.overlap, p.perLevel, p.step, p.settled, len(p.sigmas)*p.perLevel)
}
