package all

import (
	"testing"

	"unnoise/model/exhibit"
)

func TestEveryExhibitIsWhole(t *testing.T) {
	seen := map[string]bool{}
	year := 0
	for _, e := range Exhibits() {
		if err := e.Check(); err != nil {
			t.Error(err)
		}
		if seen[e.ID] {
			t.Errorf("two exhibits are called %q", e.ID)
		}
		seen[e.ID] = true
		if e.Year < year {
			t.Errorf("%s of %d stands after one of %d", e.ID, e.Year, year)
		}
		year = e.Year
		if _, problems := exhibit.Decode(e.ID, Find); problems != nil {
			t.Error(problems)
		}
	}
}
