package run

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"unnoise/model/diffusion"
)

// Limits of a Spec that do not depend on the model.
const (
	MaxN        = 1024
	MaxGuidance = 20.0
)

// Problem is something wrong with one field of a Spec.
type Problem struct {
	Field    string `json:"field"`    // as in the URL and in JSON: "steps"
	Sentence string `json:"sentence"` // what is wrong and what would be right
}

// Problems is a list of them; it is an error where it is not empty.
type Problems []Problem

// Error is all sentences.
func (ps Problems) Error() string {
	sentences := make([]string, len(ps))
	for i, p := range ps {
		sentences[i] = p.Sentence
	}
	return strings.Join(sentences, " ")
}

// Validate checks a Spec against a model. Every problem is a sentence for a
// visitor; there are none where the Spec can be run.
func (s Spec) Validate(info Info) Problems {
	var ps Problems
	check := func(ok bool, field, format string, args ...any) {
		if !ok {
			ps = append(ps, Problem{field, fmt.Sprintf(format, args...)})
		}
	}
	T := info.Scheduler.T()
	check(s.Steps >= 1 && s.Steps <= T, "steps",
		"The number of steps must be between 1 and %d; it is %d.", T, s.Steps)
	check(s.N >= 1 && s.N <= MaxN, "n",
		"The number of pictures must be between 1 and %d; it is %d.", MaxN, s.N)
	check(slices.Contains(Samplers, s.Sampler), "sampler",
		"The sampler must be one of %s; it is “%s”.", strings.Join(Samplers, ", "), Excerpt(s.Sampler))
	check(s.Sampler != DDPM || slices.Contains([]string{FixedSmall, FixedLarge, LearnedRange}, s.Variance), "variance",
		"The variance must be %s, %s or %s; it is “%s”.", FixedSmall, FixedLarge, LearnedRange, Excerpt(s.Variance))
	check(s.Sampler != DDPM || s.Variance != LearnedRange || info.LearnedVariance, "variance",
		"This model has not learned a variance; choose %s or %s.", FixedSmall, FixedLarge)
	// Comparisons are written so that NaN fails them.
	check(s.Sampler != DDIM || s.Eta >= 0 && s.Eta <= 1, "eta",
		"η must be between 0 and 1; it is %g.", s.Eta)
	check(!s.Spaced() || s.Spacing == Uniform || s.Spacing == Karras, "spacing",
		"The spacing must be %s or %s; it is “%s”.", Uniform, Karras, Excerpt(s.Spacing))
	check(s.Guidance >= 0 && s.Guidance <= MaxGuidance, "guidance",
		"The guidance scale must be between 0 and %g; it is %g.", MaxGuidance, s.Guidance)
	check(s.Class == diffusion.NoClass || info.NumClasses > 0, "class",
		"This model has no classes; choose none (%d).", diffusion.NoClass)
	check(info.NumClasses == 0 || s.Class >= diffusion.NoClass && s.Class < info.NumClasses, "class",
		"The class must be between 0 and %d, or %d for none; it is %d.", info.NumClasses-1, diffusion.NoClass, s.Class)
	_, err := info.ParseAttributes(s.Attributes)
	check(err == nil, "attributes", "An attribute cannot be used: %v.", err)
	if s.Start != nil {
		check(s.Start.T >= 0 && s.Start.T < T, "t",
			"The timestep to start from must be between 0 and %d; it is %d.", T-1, s.Start.T)
		_, _, err := s.Start.Source()
		check(err == nil, "picture", "The picture to start from is not one that can be read: %v.", err)
	}
	return ps
}

// ParseClass reads a class given by its number, by its name in any case, or as
// "none". The error lists the names there are.
func (info Info) ParseClass(text string) (int, error) {
	if strings.EqualFold(text, "none") {
		return diffusion.NoClass, nil
	}
	for k, name := range info.Classes {
		if strings.EqualFold(text, name) {
			return k, nil
		}
	}
	if class, err := strconv.Atoi(text); err == nil && class >= diffusion.NoClass && class < info.NumClasses {
		return class, nil
	}
	switch {
	case info.NumClasses == 0:
		return 0, fmt.Errorf("there is no class %q: this model has no classes; use none", text)
	case len(info.Classes) == 0:
		return 0, fmt.Errorf("there is no class %q; use 0 to %d, or none", text, info.NumClasses-1)
	}
	return 0, fmt.Errorf("there is no class %q; use 0 to %d, none, or one of %s", text, info.NumClasses-1, strings.Join(info.Classes, ", "))
}
