package session

import (
	"strconv"
	"strings"

	"unnoise/model/diffusion"
	"unnoise/model/run"
	"unnoise/model/trajectory"
	"unnoise/wasm/page"
)

// noise is the state of the Noise tab: a picture, a seed, a timestep.
type noise struct {
	source   string
	sheet    page.Sheet
	sheetURL string
	columns  int
	noSheet  bool // the data set's pictures could not be loaded
	chosen   int
	drawn    []byte
	given    []byte // the drawing of a link, for the pad
	awaited  string // the link's picture while it is being read
	encoded  string // the visitor's picture as a link names it; empty until asked for
	canUndo  bool
	uploaded []byte
	upload   string // its name
	seed     uint64
	t        int
	alphaBar []float64 // of every trained timestep

	x0, eps, xt []float32
	xtAt        int // the t of xt, −1 for none
	generation  int // changes with x0 and eps
}

// firstT shows both the picture and the noise.
const firstT = 250

func (n *noise) init() {
	n.source, n.t = "sample", firstT
	n.drawn = make([]byte, page.Side*page.Side)
	schedule, err := run.Scheduler{}.Schedule()
	if err != nil {
		panic(err) // diffusers' default
	}
	n.alphaBar = schedule.AlphaBar
	n.renew()
}

func (n *noise) last() int { return len(n.alphaBar) - 1 }

// grey is the picture, or nil where there is none yet.
func (n *noise) grey() []byte {
	switch n.source {
	case "draw":
		return n.drawn
	case "upload":
		return n.uploaded
	}
	if n.chosen < len(n.sheet.Grey) {
		return n.sheet.Grey[n.chosen]
	}
	return nil
}

// renew is called when the picture or the noise has changed.
func (n *noise) renew() {
	n.generation++
	n.xtAt, n.encoded = -1, ""
	n.x0 = nil
	if grey := n.grey(); grey != nil {
		n.x0 = values(grey)
	}
	n.eps = make([]float32, page.Side*page.Side)
	run.StartNoise(n.eps, n.seed, 0)
}

// at is q(x_t|x_0) with this ε.
func (n *noise) at(t int) []float32 {
	xt := make([]float32, len(n.x0))
	diffusion.QSample(xt, n.x0, n.eps, n.alphaBar[t])
	return xt
}

// shown is the x_t on the stage, the same slice until it changes.
func (n *noise) shown() []float32 {
	if n.xtAt != n.t && n.x0 != nil {
		n.xt, n.xtAt = n.at(n.t), n.t
	}
	return n.xt
}

func (n *noise) layout() trajectory.Layout {
	return trajectory.Layout{N: 1, C: 1, H: page.Side, W: page.Side}
}

// handleNoise takes the events of the Noise tab, and reports whether it was one.
func (s *Session) handleNoise(event any) bool {
	n := &s.noise
	switch e := event.(type) {
	case Pictures:
		s.gotPictures(e)
	case page.SourceChosen:
		n.source, n.awaited = e.Source, ""
	case page.SampleChosen:
		n.chosen, n.awaited = e.Index, ""
	case page.Drawn:
		n.drawn, n.canUndo, n.awaited = e.Grey, e.CanUndo, ""
	case page.Uploaded:
		if e.Problem != "" {
			s.say(e.Problem, "", "", nil)
			return true
		}
		s.notice, s.onAction = nil, nil
		n.uploaded, n.upload, n.awaited = e.Grey, e.Name, ""
	case page.NoiseSeedEdited:
		spec, problems := page.Edit(s.spec, "seed", e.Text)
		if len(problems) > 0 {
			s.say(problems.Error(), "", "", nil)
			return true
		}
		n.seed = spec.Seed
	case page.Pressed:
		switch e.Button {
		case "noise-dice":
			n.seed = s.host.RandomSeed()
		case "from-here":
			s.denoiseFromHere()
			return true
		default:
			return false
		}
	default:
		return false
	}
	n.renew()
	s.host.ReplaceHash(s.address())
	return true
}

func (s *Session) gotPictures(e Pictures) {
	if e.Problem != "" {
		s.noise.noSheet = true
		s.noise.source = "draw"
		s.say(e.Problem, "", "", nil)
	} else {
		s.noise.sheet, s.noise.sheetURL, s.noise.columns = e.Sheet, e.URL, e.Columns
		s.checkSample()
	}
	if s.spec.Start != nil && s.current == nil {
		wanted := s.wanted
		s.prepare()
		s.wanted = wanted
		s.beginFirst()
	}
}

// denoiseFromHere starts a run from the picture on the stage, with the class the
// picture has.
func (s *Session) denoiseFromHere() {
	n := &s.noise
	if n.x0 == nil {
		return
	}
	picture, class := s.noisePicture(), s.spec.Class
	if n.source == "sample" {
		class = n.sheet.Labels[n.chosen]
	}
	s.tab = page.Denoise
	s.edited(func(spec *run.Spec) {
		spec.Class, spec.Seed = class, n.seed
		spec.Start = &run.StartPicture{T: n.t, Picture: picture}
	})
}

// samplePrefix starts the Spec's name of a picture of the data set.
const samplePrefix = "sample:"

// sampleIndex reads "sample:<i>"; the index is −1 where it is not a number.
func sampleIndex(picture string) (index int, ok bool) {
	text, ok := strings.CutPrefix(picture, samplePrefix)
	index, err := strconv.Atoi(text)
	if err != nil {
		index = -1
	}
	return index, ok
}

// noiseSubject is what the Noise tab's picture is, in words.
func (s *Session) noiseSubject() string {
	n := &s.noise
	switch {
	case n.source == "draw":
		return "Your drawing"
	case n.source == "upload":
		return "Your picture"
	case n.chosen < len(n.sheet.Labels):
		return s.className(n.sheet.Labels[n.chosen])
	}
	return "The picture"
}
