package session

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"unnoise/model/run"
	"unnoise/wasm/page"
)

// A link to the Noise tab is a hash such as "tab=noise&t=250&seed=0&picture=sample:0".
// The picture is named as a Spec names the one it starts from.

// noiseTab starts every link to the Noise tab.
const noiseTab = "tab=noise"

// address is the hash of what is shown: of the run, or of the Noise tab.
func (s *Session) address() string {
	if s.tab == page.Noise {
		return s.noiseAddress()
	}
	return s.spec.Encode()
}

func (s *Session) noiseAddress() string {
	n := &s.noise
	return fmt.Sprintf("%s&t=%d&seed=%d&picture=%s", noiseTab, n.t, n.seed, s.noisePicture())
}

// noisePicture names the picture of the Noise tab: the chosen example, or where the
// visitor made one, that.
func (s *Session) noisePicture() string {
	n := &s.noise
	if n.awaited != "" {
		return n.awaited
	}
	if grey := n.grey(); n.source != "sample" && grey != nil {
		if n.encoded == "" {
			n.encoded = s.host.EncodePNG(grey)
		}
		return n.encoded
	}
	return samplePrefix + strconv.Itoa(n.chosen)
}

func isNoiseLink(hash string) bool {
	return hash == noiseTab || strings.HasPrefix(hash, noiseTab+"&")
}

// readNoise takes a link to the Noise tab. What cannot be read is told, and stays
// as it was.
func (s *Session) readNoise(hash string) {
	n := &s.noise
	var problems run.Problems
	problem := func(field, format string, args ...any) {
		problems = append(problems, run.Problem{Field: field, Sentence: fmt.Sprintf(format, args...)})
	}
	n.awaited = ""
	for pair := range strings.SplitSeq(strings.TrimPrefix(hash, noiseTab), "&") {
		key, escaped, _ := strings.Cut(pair, "=")
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			value = escaped
		}
		switch key {
		case "":
		case "t":
			if t, err := strconv.Atoi(value); err != nil || t < 0 || t > n.last() {
				problem(key, "The link's timestep is “%s”, which is not a whole number from 0 to %d; it was passed over.", run.Excerpt(value), n.last())
			} else {
				n.t = t
			}
		case "seed":
			if seed, err := strconv.ParseUint(value, 10, 64); err != nil {
				problem(key, "The link's seed is “%s”, which is not a whole number from 0 to 18446744073709551615; it was passed over.", run.Excerpt(value))
			} else {
				n.seed = seed
			}
		case "picture":
			index, png, err := run.StartPicture{Picture: value}.Source()
			switch {
			case err != nil:
				problem(key, "The link's picture cannot be read: %v; it was passed over.", err)
			case png == nil:
				n.source, n.chosen = "sample", index
			default:
				n.awaited = value
				s.host.DecodePNG(value)
			}
		default:
			problem(key, "The link has “%s”, which is not known here and was passed over.", run.Excerpt(key))
		}
	}
	n.renew()
	s.checkSample()
	if len(problems) > 0 {
		s.say(problems.Error(), "Everything else is as the link says.", "", nil)
	}
}

// checkSample sees to it that the chosen example exists, once the examples are
// there.
func (s *Session) checkSample() {
	n := &s.noise
	count := len(n.sheet.Grey)
	if count == 0 || n.chosen < count {
		return
	}
	s.say(fmt.Sprintf("The link shows example %d, but there are only %d.", n.chosen+1, count), "The first one is shown.", "", nil)
	n.chosen = 0
	n.renew()
}

// noiseDecoded takes the picture of a link to the Noise tab: it comes back as a
// drawing, which can be gone on with.
func (s *Session) noiseDecoded(e Decoded) {
	n := &s.noise
	if n.awaited == "" || n.awaited != e.Picture {
		return
	}
	n.awaited = ""
	if e.Problem != "" {
		s.say(e.Problem, "An example is shown instead.", "", nil)
	} else {
		n.source, n.drawn, n.given, n.canUndo = "draw", e.Grey, e.Grey, false
		n.renew()
	}
	if s.tab == page.Noise {
		s.host.ReplaceHash(s.address())
	}
}
