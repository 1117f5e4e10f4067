package run

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Encode writes the Spec as it stands in a URL hash, such as
// "model=fashion&class=7&sampler=ddim&steps=50&eta=0&guidance=2&seed=0&n=1".
// Fields the sampler does not read are left out; the order is fixed.
func (s Spec) Encode() string {
	var b strings.Builder
	add := func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key + "=" + escape(value))
	}
	add("model", s.Model)
	add("class", strconv.Itoa(s.Class))
	if s.Attributes != "" {
		add("attributes", s.Attributes)
	}
	add("sampler", s.Sampler)
	add("steps", strconv.Itoa(s.Steps))
	switch s.Sampler {
	case DDPM:
		add("variance", s.Variance)
	case DDIM:
		add("eta", formatFloat(s.Eta))
	default:
		add("spacing", s.Spacing)
	}
	add("guidance", formatFloat(s.Guidance))
	add("seed", strconv.FormatUint(s.Seed, 10))
	add("n", strconv.Itoa(s.N))
	if s.Start != nil {
		add("t", strconv.Itoa(s.Start.T))
		add("picture", s.Start.Picture)
	}
	return b.String()
}

// readable undoes escapes that nothing needs in a value here: of "sample:3" and of
// "hair=bob;hat=none".
var readable = strings.NewReplacer("%3A", ":", "%3B", ";", "%3D", "=")

func escape(value string) string { return readable.Replace(url.QueryEscape(value)) }

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Decode reads what Encode wrote, with or without the leading "#". Absent fields
// have their default. So have fields that cannot be read, and each of those, as
// each unknown one, is a Problem: the Spec can be used all the same.
func Decode(hash string) (Spec, Problems) {
	d := decoder{spec: Default()}
	for pair := range strings.SplitSeq(strings.TrimPrefix(hash, "#"), "&") {
		if pair == "" {
			continue
		}
		key, escaped, _ := strings.Cut(pair, "=")
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			value = escaped
		}
		d.field(key, value)
	}
	return d.finish()
}

type decoder struct {
	spec     Spec
	t        *int
	picture  string
	problems Problems
}

func (d *decoder) field(key, value string) {
	var err error
	switch key {
	case "model":
		d.spec.Model = value
	case "class":
		err = parse(&d.spec.Class, value, strconv.Atoi)
	case "attributes":
		d.spec.Attributes = value
	case "sampler":
		d.spec.Sampler = value
	case "variance":
		d.spec.Variance = value
	case "steps":
		err = parse(&d.spec.Steps, value, strconv.Atoi)
	case "eta":
		err = parse(&d.spec.Eta, value, parseFloat)
	case "spacing":
		d.spec.Spacing = value
	case "guidance":
		err = parse(&d.spec.Guidance, value, parseFloat)
	case "seed":
		err = parse(&d.spec.Seed, value, parseUint)
	case "n":
		err = parse(&d.spec.N, value, strconv.Atoi)
	case "t":
		t := 0
		if err = parse(&t, value, strconv.Atoi); err == nil {
			d.t = &t
		}
	case "picture":
		d.picture = value
	default:
		d.problem(key, "The link has “%s”, which is not known here and was passed over.", Excerpt(key))
	}
	if err != nil {
		d.problem(key, "The link's %s is “%s”, which is not %s; it was passed over.", key, Excerpt(value), expected(key))
	}
}

func (d *decoder) finish() (Spec, Problems) {
	switch {
	case d.t != nil && d.picture != "":
		d.spec.Start = &StartPicture{T: *d.t, Picture: d.picture}
	case d.t != nil:
		d.problem("t", "The link has a timestep to start from but no picture; the run starts from pure noise.")
	case d.picture != "":
		d.problem("picture", "The link has a picture but no timestep to start from; the run starts from pure noise.")
	}
	return d.spec, d.problems
}

func (d *decoder) problem(field, format string, args ...any) {
	d.problems = append(d.problems, Problem{field, fmt.Sprintf(format, args...)})
}

// parse sets dst only where value can be read.
func parse[V any](dst *V, value string, read func(string) (V, error)) error {
	v, err := read(value)
	if err == nil {
		*dst = v
	}
	return err
}

// Excerpt is as much of a text from elsewhere as a sentence can quote.
func Excerpt(text string) string {
	const most = 40
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func parseFloat(text string) (float64, error) { return strconv.ParseFloat(text, 64) }
func parseUint(text string) (uint64, error)   { return strconv.ParseUint(text, 10, 64) }

func expected(key string) string {
	switch key {
	case "eta", "guidance":
		return "a number"
	case "seed":
		return "a whole number from 0 to 18446744073709551615"
	}
	return "a whole number"
}
