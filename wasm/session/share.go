package session

import (
	"fmt"
	"image"

	"unnoise/model/run"
	"unnoise/model/trajectory"
	"unnoise/wasm/page"
)

// handleShare takes the events of links and files, and reports whether it was
// one.
func (s *Session) handleShare(event any) bool {
	switch e := event.(type) {
	case page.HashChanged:
		if isNoiseLink(e.Hash) {
			s.readNoise(e.Hash)
			s.tab, s.pace.playing = page.Noise, false
			return true
		}
		if s.onAction == nil {
			s.notice = nil // it was of the link before
		}
		if s.tab == page.Noise && e.Hash == s.spec.Encode() {
			s.tab = page.Denoise // back from there: nothing is run again
			return true
		}
		s.readHash(e.Hash)
		if s.info != nil {
			if problems := s.spec.Validate(*s.info); len(problems) > 0 {
				s.repair(problems)
			}
		}
		s.tab = page.Denoise
		s.renew()
	case Decoded:
		s.noiseDecoded(e)
		s.decoded(e)
	case LinkCopied:
		s.copied = e.OK
		if !e.OK {
			s.say("The browser does not let the page copy the link.", "Copy it from the address bar.", "", nil)
		}
	case page.Pressed:
		switch e.Button {
		case "copy-link":
			s.host.CopyLink()
		case "save-picture":
			s.savePicture()
		case "save-film":
			s.saveFilm()
		default:
			return false
		}
	default:
		return false
	}
	return true
}

// readHash takes the Spec of a link. What cannot be read is told and has its
// default.
func (s *Session) readHash(hash string) {
	spec, problems := run.Decode(hash)
	s.spec = spec
	s.touched = hash != ""
	s.unread = problems
	clear(s.invalid)
	if len(problems) > 0 {
		s.say(problems.Error(), "Everything else is as the link says.", "", nil)
	}
}

// repair gives the default to every field that cannot be run, and says so, beside what of
// the link could not be read.
func (s *Session) repair(problems run.Problems) {
	standard := run.Default()
	for _, p := range problems {
		switch p.Field {
		case "class":
			s.spec.Class = standard.Class
		case "attributes":
			s.spec.Attributes = standard.Attributes
		case "sampler":
			s.spec.Sampler = standard.Sampler
		case "variance":
			s.spec.Variance = standard.Variance
		case "spacing":
			s.spec.Spacing = standard.Spacing
		case "steps":
			s.spec.Steps = modestSteps
		case "eta":
			s.spec.Eta = standard.Eta
		case "guidance":
			s.spec.Guidance = standard.Guidance
		case "n":
			s.spec.N = standard.N
		case "t", "picture":
			s.spec.Start = nil
		}
	}
	s.host.ReplaceHash(s.address())
	hint := "It was passed over; everything else is as the link says."
	if len(problems) > 1 {
		hint = "They were passed over; everything else is as the link says."
	}
	s.say(append(s.unread, problems...).Error(), hint, "", nil)
	s.unread = nil
}

// File is a picture to be offered as a PNG. It is drawn in parts, so that long
// films leave the page time to breathe.
type File struct {
	Name        string
	W, H, Scale int // pixels before enlargement, and how many times it is enlarged
	Parts       int
	Draw        func(img *image.NRGBA, part int)
}

// savePicture offers what stands large on the stage.
func (s *Session) savePicture() {
	l, xs, name := s.large()
	if xs == nil {
		return
	}
	columns := trajectory.Columns(l.N)
	rows := (l.N + columns - 1) / columns
	s.host.SavePNG(File{
		Name: name + ".png", W: columns * l.W, H: rows * l.H, Scale: s.host.SaveScale(), Parts: l.N,
		Draw: func(img *image.NRGBA, k int) {
			at := image.Pt(k%columns*l.W, k/columns*l.H)
			trajectory.DrawPicture(img, at, xs[k*l.Picture():(k+1)*l.Picture()], l.C, l.H, l.W)
		},
	})
}

// large is what stands large on the stage, and a name for a file of it.
func (s *Session) large() (l trajectory.Layout, xs []float32, name string) {
	if s.tab == page.Noise {
		return s.noise.layout(), s.noise.shown(), fmt.Sprintf("%s-t%d", noiseFile, s.noise.t)
	}
	r := s.current
	if r == nil {
		return l, nil, ""
	}
	return r.plan.Layout, r.at(s.pace.position).Xt, fmt.Sprintf("%s-step%d", s.fileName(), s.pace.position)
}

// noiseFile starts the names of files of the Noise tab.
const noiseFile = "unnoise-noise"

// fileName says which run it is of.
func (s *Session) fileName() string {
	return fmt.Sprintf("unnoise-%s-class%d-%s%d-seed%d", s.spec.Model, s.spec.Class, s.spec.Sampler, s.spec.Steps, s.spec.Seed)
}

// maxFilmPixels bounds the film after enlargement, which browsers must hold.
const maxFilmPixels = 8 << 20

// filmRow is the number of frames after which a long film starts a new row.
const filmRow = 50

// saveFilm offers all recorded moments of the picked picture, one after another;
// in the Noise tab, forty noise levels.
func (s *Session) saveFilm() {
	f := s.film()
	if f.Ready == 0 {
		return
	}
	l := f.Layout
	positions := filmPositions(f.Ready, s.tab)
	columns := min(len(positions), filmRow)
	rows := (len(positions) + columns - 1) / columns
	file := File{
		Name: s.fileName() + "-film.png", W: columns * l.W, H: rows * l.H, Scale: s.host.SaveScale(), Parts: len(positions),
		Draw: func(img *image.NRGBA, k int) {
			trajectory.DrawPicture(img, image.Pt(k%columns*l.W, k/columns*l.H), f.At(positions[k]), l.C, l.H, l.W)
		},
	}
	if s.tab == page.Noise {
		file.Name = noiseFile + "-film.png"
	}
	for file.Scale > 1 && file.W*file.H*file.Scale*file.Scale > maxFilmPixels {
		file.Scale /= 2
	}
	s.host.SavePNG(file)
}

func filmPositions(ready int, tab page.Tab) []int {
	n := ready
	if tab == page.Noise {
		n = min(ready, 40)
	}
	out := make([]int, n)
	for k := range out {
		out[k] = k
		if n > 1 {
			out[k] = k * (ready - 1) / (n - 1)
		}
	}
	return out
}
