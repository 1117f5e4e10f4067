package ncsnv2

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/figure"
	"unnoise/model/langevin"
)

func TestTechniquesProbes(t *testing.T) { exhibittest.Probe(t, Techniques) }

// The rules' numbers fit each other: the levels reach from the first to the last, their
// overlap is at least what was asked for, and the chosen step settles best.
func TestTechniquesFitEachOther(t *testing.T) {
	for _, data := range []string{"faces", "fashion"} {
		frames := exhibittest.Run(t, Techniques, map[string]string{"data": data})
		read := func(id string) float64 { return exhibittest.Readout(t, frames, id) }
		if span := math.Pow(read("gamma"), read("levels")-1); math.Abs(span*.01/read("sigma")-1) > 1e-9 {
			t.Errorf("%s: %g levels of ratio %g lead from %g to %g, expected .01", data, read("levels"), read("gamma"), read("sigma"), read("sigma")/span)
		}
		if o := read("overlap"); o < .5 || o > .52 {
			t.Errorf("%s: an overlap of %g, expected a little above .5", data, o)
		}
		for _, part := range []string{"0.05", "0.2"} {
			own := exhibittest.Run(t, Techniques, map[string]string{"data": data, "rule": "own", "part": part})
			if other := exhibittest.Readout(t, own, "settled"); other <= read("settled") {
				t.Errorf("%s: ε/σ² = %s settles at %g, the rule's at %g", data, part, other, read("settled"))
			}
		}
	}
}

// The step that is chosen is seen on the plot, however large.
func TestTheChosenStepIsOnThePlot(t *testing.T) {
	for _, part := range []string{"0.005", "0.5", "0.9"} {
		frames := exhibittest.Run(t, Techniques, map[string]string{"rule": "own", "part": part})
		plot := frames[len(frames)-1].Figures["settled"].(*figure.Plot)
		chosen := slices.IndexFunc(plot.Marks, func(m figure.Mark) bool { return m.Name == "chosen" })
		if chosen < 0 || plot.Marks[chosen].At > plot.X.Max {
			t.Errorf("ε / σ_L² = %s: marks %v on an axis to %g", part, plot.Marks, plot.X.Max)
		}
	}
}

// What Chains says of its network: the rules ask for 94 levels from the first noise down, one
// fewer than it was trained with.
func TestTheRulesAskForOneLevelLess(t *testing.T) {
	first, err := strconv.ParseFloat(mostNoise, 64)
	if err != nil {
		t.Fatal(err)
	}
	gamma, err := langevin.Gamma(.5, 3*16*16)
	if err != nil {
		t.Fatal(err)
	}
	asked := fmt.Sprint(langevin.Count(first, .01, gamma))
	if said := Chains.Sentences[0]; !strings.Contains(said, "ask for "+asked+" noise levels") || !strings.Contains(said, "trained with "+allLevels) {
		t.Errorf("the rules ask for %s levels and there are %s: %q", asked, allLevels, said)
	}
}
