// Package all lists the exhibits.
package all

import (
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/compare"
	"unnoise/model/exhibit/guidance"
	"unnoise/model/exhibit/laboratory"
	"unnoise/model/exhibit/unified"
)

// Exhibits are all exhibits in historical order. The page of exhibits and the
// command line show this list.
func Exhibits() []*exhibit.Exhibit {
	return []*exhibit.Exhibit{
		guidance.Mixture,
		guidance.Grid,
		laboratory.Exact,
		unified.Views,
		compare.SideBySide,
	}
}

// Find returns the exhibit of an id, or nil.
func Find(id string) *exhibit.Exhibit {
	for _, e := range Exhibits() {
		if e.ID == id {
			return e
		}
	}
	return nil
}
