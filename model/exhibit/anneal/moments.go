package anneal

import (
	"slices"

	"unnoise/model/langevin"
)

// Moments are at most about most of the steps of a chain, with the result's number last:
// evenly spread, and beside them the first step of every level where there is room.
func Moments(c *langevin.Chain, most int) []int {
	last := c.Len()
	var out []int
	if len(c.Sigmas) < most/2 {
		for level := range c.Sigmas {
			out = append(out, level*c.PerLevel)
		}
		most -= len(out)
	}
	steps := min(last, most-1)
	for i := range steps + 1 {
		out = append(out, i*last/steps)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
