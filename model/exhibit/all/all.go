// Package all lists the exhibits.
package all

import (
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/guidance"
	"unnoise/model/exhibit/laboratory"
)

// Exhibits are all exhibits in historical order. The page of exhibits and the
// command line show this list.
func Exhibits() []*exhibit.Exhibit {
	return []*exhibit.Exhibit{
		guidance.Mixture,
		laboratory.Exact,
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
