package catalog

import (
	"strconv"
	"strings"
)

// TrainingPictures is how many pictures the model had seen when its training ended, as a
// metric's note says: "… after 76,352 training pictures". 0 where none does.
func (m *Model) TrainingPictures() int {
	for _, metric := range m.Metrics {
		before, _, found := strings.Cut(metric.Note, " training pictures")
		if !found {
			continue
		}
		words := strings.Fields(before)
		if len(words) < 2 || words[len(words)-2] != "after" {
			continue
		}
		if n, err := strconv.Atoi(strings.ReplaceAll(words[len(words)-1], ",", "")); err == nil {
			return n
		}
	}
	return 0
}
