package ncsnv2

import (
	"slices"
	"testing"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/exhibittest"
)

// A run loads the weights that its switch asks for and no others: a visitor who does not
// turn the average off does not pay for the second file.
func TestOnlyTheWeightsAskedForAreLoaded(t *testing.T) {
	for _, e := range []*exhibit.Exhibit{Chains, Interpolation} {
		for value, want := range map[string]string{"on": averaged, "off": asTrained} {
			state, err := e.QuickState("ema", value)
			if err != nil {
				t.Fatal(err)
			}
			if got := exhibittest.Loaded(t, e, state.Values()); !slices.Equal(got, []string{want}) {
				t.Errorf("%s with ema=%s has loaded %v, expected %s alone", e.ID, value, got, want)
			}
		}
	}
}
