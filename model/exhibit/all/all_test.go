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

// The page gives a control without a value in the link its modest one where a device is
// slow, and a value that is the default is not in the link: what is compared with the
// command line must be another.
func TestQuickSettingsSayWhatSlowDevicesWouldChange(t *testing.T) {
	for _, e := range Exhibits() {
		quick, err := e.QuickState("", "")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, c := range e.Controls {
			if c.Modest != "" && c.Modest != c.Default && quick.Shown(c) && quick.Text(c.ID) == c.Default {
				t.Errorf("%s: Quick leaves %s at its default, which slow devices do not have", e.ID, c.ID)
			}
		}
	}
}
