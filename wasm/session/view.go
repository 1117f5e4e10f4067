package session

import (
	"fmt"

	"unnoise/model/diffusion"
	"unnoise/model/trajectory"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
)

// Page says what the document shows.
func (s *Session) Page() page.View {
	v := page.View{
		Tab: s.tab, State: s.state(), Tier: s.tierView(), Notice: s.notice, Live: s.live,
		Controls: page.Controls{
			Enabled: true, Spec: s.spec, Classes: s.classes(), MaxSteps: len(s.noise.alphaBar), Invalid: s.invalid,
		},
		Noise: s.noiseView(), Tuning: s.tuningView(),
	}
	if s.info == nil && !s.failed && s.tab == page.Denoise {
		loading := s.loading
		v.Loading = &loading
	}
	if start := s.spec.Start; start != nil {
		v.Start = fmt.Sprintf("Starts from a picture at t = %d", start.T)
	}
	if s.tab == page.Noise {
		s.showNoise(&v)
	} else {
		s.showRun(&v)
	}
	v.Buttons.CopyLinkDone = s.copied
	return v
}

// state is the run's phase, or how far the page has come before there is one.
func (s *Session) state() string {
	switch {
	case s.failed:
		return string(broken)
	case s.info == nil || s.current == nil:
		return "loading"
	}
	return string(s.current.phase)
}

func (s *Session) tierView() page.Tier {
	r := s.ready
	switch {
	case r == nil:
		return page.Tier{Text: "Starting"}
	case r.Tier == message.TierCPU:
		return page.Tier{Kind: string(r.Tier), Text: r.Reason, Why: r.Reason + " Steps take longer than on a GPU."}
	}
	text := "WebGPU"
	if s.tuning.precision != "" {
		text += " " + string(s.tuning.precision)
	}
	if r.Software {
		text += " in software"
	}
	return page.Tier{Kind: string(r.Tier), Text: text + ": " + r.Adapter, Why: r.Reason + s.tuning.words()}
}

// showRun fills in what the Denoise tab shows.
func (s *Session) showRun(v *page.View) {
	r := s.current
	if r == nil {
		v.Captions = page.StepCaptions(false, 0, 1)
		v.Captions.LargeEmpty, v.Captions.GuessEmpty, v.Captions.NoNoise = true, true, true
		v.Explain = page.ExplainStep(s.spec, diffusion.Final())
		v.Buttons.PlayLabel = "Play"
		return
	}
	step := r.at(s.pace.position)
	final := step.Update.T < 0
	n := r.plan.Layout.N
	v.Timeline = page.Timeline{
		Enabled: true, Max: r.total() - 1, Now: s.pace.position, Ready: r.ready() - 1, Label: "Timeline",
		Text:     page.PositionText(s.pace.position, r.total()-1, step.Update.T),
		Position: page.PositionHTML(s.pace.position, r.total()-1, step.Update.T),
	}
	v.Buttons = page.Buttons{
		Playing:     s.pace.playing && (r.busy() || s.pace.position < r.total()-1),
		Play:        s.info != nil || s.failed,
		Back:        s.pace.position > 0,
		Forward:     s.pace.position < r.ready()-1,
		Cancel:      r.busy(),
		SavePicture: true,
		SaveFilm:    r.steps.Len() > 0,
		PlayLabel:   s.playLabel(),
	}
	if n > 1 {
		v.Picks = page.Picks{N: n, Columns: trajectory.Columns(n), Picked: s.picked}
	}
	v.Captions = page.StepCaptions(final, s.picked, n)
	d := s.look()
	v.Captions.GuessEmpty, v.Captions.NoNoise = d.x0 == nil, d.eps == nil
	words := s.words()
	v.Captions.LargeAlt = words
	v.Expected = s.expectation()
	v.Explain = page.ExplainStep(s.spec, step.Update)
	v.Explain.Words = words
}

func (s *Session) playLabel() string {
	switch r := s.current; {
	case s.pace.playing:
		return "Pause"
	case r.phase == waiting:
		return "Start the run"
	}
	return "Play"
}

// showNoise fills in what the Noise tab shows.
func (s *Session) showNoise(v *page.View) {
	n := &s.noise
	there := n.x0 != nil
	alphaBar := n.alphaBar[n.t]
	v.Timeline = page.Timeline{
		Enabled: there, Max: n.last(), Now: n.t, Ready: n.last(), Label: "Timestep t",
		Text:     fmt.Sprintf("t = %d of %d", n.t, n.last()),
		Position: page.TimestepHTML(n.t, n.last()),
	}
	v.Buttons = page.Buttons{
		Back: there && n.t > 0, Forward: there && n.t < n.last(), PlayLabel: "Play",
		SavePicture: there, SaveFilm: there, FromHere: there && s.info != nil,
	}
	v.Captions = page.NoiseCaptions()
	v.Captions.LargeEmpty, v.Captions.GuessEmpty = !there, !there
	v.Explain = page.ExplainNoise(n.t, alphaBar)
	v.Explain.Words = s.words()
	v.Captions.LargeAlt = v.Explain.Words
}

func (s *Session) noiseView() page.NoiseView {
	n := &s.noise
	v := page.NoiseView{
		Source: n.source, SheetURL: n.sheetURL, SheetColumns: n.columns, Samples: len(n.sheet.Grey),
		Chosen: n.chosen, Seed: n.seed, CanUndo: n.canUndo, Upload: n.upload,
		Given: n.given,
	}
	for _, label := range n.sheet.Labels {
		v.Labels = append(v.Labels, s.className(label))
	}
	return v
}

// words say what the stage shows.
func (s *Session) words() string {
	if s.tab == page.Noise {
		if s.noise.x0 == nil {
			return "Draw or upload a picture, or choose one of the examples."
		}
		return page.DescribeNoise(s.noiseSubject(), s.noise.t, s.noise.alphaBar[s.noise.t])
	}
	r := s.current
	if r == nil {
		return ""
	}
	subject := "no class asked for"
	if s.spec.Class != diffusion.NoClass {
		subject = s.className(s.spec.Class)
		if len(s.classes()) > 0 {
			subject = "class " + subject
		}
	}
	step := r.at(s.pace.position)
	switch {
	case step.Update.T < 0:
		return page.DescribeResult(subject, len(r.plan.Updates), r.plan.Layout.N)
	case step.Pred == nil && s.spec.Start == nil:
		return page.DescribeStart(subject, s.spec.Seed)
	}
	return page.DescribeStep(subject, step.I, len(r.plan.Updates), step.Update.T, step.Update.AlphaBar, r.plan.Layout.N)
}
