package page

import (
	"fmt"
	"strconv"
	"strings"

	"unnoise/model/run"
)

// Edit returns spec with a field, named as in the URL, read from the text of its
// control. Where the text cannot be read, spec comes back as it was, with the
// problem in words.
func Edit(spec run.Spec, field, text string) (run.Spec, run.Problems) {
	edited, text := spec, strings.TrimSpace(text)
	var err error
	switch field {
	case "class":
		edited.Class, err = strconv.Atoi(text)
	case "sampler":
		edited.Sampler = text
	case "variance":
		edited.Variance = text
	case "spacing":
		edited.Spacing = text
	case "steps":
		edited.Steps, err = strconv.Atoi(text)
	case "eta":
		edited.Eta, err = strconv.ParseFloat(text, 64)
	case "guidance":
		edited.Guidance, err = strconv.ParseFloat(text, 64)
	case "seed":
		edited.Seed, err = strconv.ParseUint(text, 10, 64)
	case "n":
		edited.N, err = strconv.Atoi(text)
	}
	if err != nil {
		return spec, run.Problems{{Field: field, Sentence: fmt.Sprintf("“%s” is not %s.", text, expected(field))}}
	}
	return edited, nil
}

// expected says what a control's text must be.
func expected(field string) string {
	switch field {
	case "steps":
		return "a number of steps: a whole number is needed, such as 50"
	case "seed":
		return "a seed: a whole number from 0 to 18446744073709551615 is needed"
	}
	return "a number"
}
