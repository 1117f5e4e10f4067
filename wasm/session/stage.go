package session

import (
	"unnoise/model/diffusion"
	"unnoise/model/trajectory"
	"unnoise/wasm/page"
	"unnoise/wasm/scene"
)

// derived are x̂_0 and ε̂ of one picture at one moment, kept while they are shown.
type derived struct {
	of       *recording
	i        int
	picked   int
	x0, eps  []float32
	fromPred bool
}

// Stage says what is to be drawn where.
func (s *Session) Stage() scene.View {
	rect := func(b page.Box) scene.Rect { return scene.Rect(b) }
	v := scene.View{Film: s.film()}
	v.Film.Place = rect(s.places.Film)
	if s.tab == page.Noise {
		n := &s.noise
		l := n.layout()
		v.Panels = []scene.Panel{
			{Place: rect(s.places.Large), Values: n.shown(), Layout: l},
			{Place: rect(s.places.Guess), Values: n.x0, Layout: l},
			{Place: rect(s.places.Noise), Values: n.eps, Layout: l, Map: scene.AsNoise},
		}
		return v
	}
	r := s.current
	if r == nil {
		return v
	}
	d := s.look()
	l := r.plan.Layout
	one := l
	one.N = 1
	v.Panels = []scene.Panel{
		{Place: rect(s.places.Large), Values: r.at(s.pace.position).Xt, Layout: l},
		{Place: rect(s.places.Guess), Values: d.x0, Layout: one},
		{Place: rect(s.places.Noise), Values: d.eps, Layout: one, Map: scene.AsNoise},
	}
	return v
}

// film is the row of pictures of the present tab; its place is not filled in.
func (s *Session) film() scene.Film {
	if s.tab == page.Noise {
		n := &s.noise
		if n.x0 == nil {
			return scene.Film{}
		}
		of := *n // as it is now
		return scene.Film{
			Positions: len(n.alphaBar), Ready: len(n.alphaBar), Now: n.t,
			At: of.at, Layout: n.layout(), Generation: -n.generation,
		}
	}
	r := s.current
	if r == nil {
		return scene.Film{}
	}
	elems, k := r.plan.Layout.Picture(), s.picked
	return scene.Film{
		Positions: r.total(), Ready: r.ready(), Now: s.pace.position,
		At:     func(i int) []float32 { return r.at(i).Xt[k*elems : (k+1)*elems] },
		Layout: r.plan.Layout, Generation: r.id*(1<<12) + k,
	}
}

// look returns x̂_0 and ε̂ of the picked picture at the present moment. In the
// result there is no answer of the network any more; the last one stays.
func (s *Session) look() derived {
	r := s.current
	step := r.at(s.pace.position)
	if step.Pred == nil && r.complete() && r.total() > 1 {
		if last := r.at(r.total() - 2); last.Pred != nil && step.I == r.total()-1 {
			step = diffusion.Step{I: step.I, Update: last.Update, Xt: last.Xt, Pred: last.Pred}
		}
	}
	if d := s.derived; d.of == r && d.i == step.I && d.picked == s.picked && d.fromPred == (step.Pred != nil) {
		return d
	}
	d := derived{of: r, i: step.I, picked: s.picked, fromPred: step.Pred != nil}
	if step.Pred != nil {
		elems := r.plan.Layout.Picture()
		xt, pred := step.Xt[s.picked*elems:(s.picked+1)*elems], step.Pred[s.picked*elems:(s.picked+1)*elems]
		d.x0, d.eps = make([]float32, elems), make([]float32, elems)
		step.Update.X0Hat(d.x0, xt, pred)
		step.Update.Eps(d.eps, xt, pred)
	}
	s.derived = d
	return d
}

// Floats are the recorded and derived values of the moment shown, for tests and
// for the curious.
type Floats struct {
	Layout    trajectory.Layout
	Xt, Pred  []float32 // N pictures; Pred is nil in the result and before the first answer
	X0, Eps   []float32 // of the picked picture
	Step, T   int
	Remaining int // steps that are not recorded yet
}

// Floats returns the values of the moment shown; false where there are none.
func (s *Session) Floats() (Floats, bool) {
	if s.tab == page.Noise {
		n := &s.noise
		return Floats{Layout: n.layout(), Xt: n.shown(), X0: n.x0, Eps: n.eps, Step: n.t, T: n.t}, n.x0 != nil
	}
	r := s.current
	if r == nil {
		return Floats{}, false
	}
	step, d := r.at(s.pace.position), s.look()
	return Floats{
		Layout: r.plan.Layout, Xt: step.Xt, Pred: step.Pred, X0: d.x0, Eps: d.eps,
		Step: s.pace.position, T: step.Update.T, Remaining: r.total() - r.steps.Len(),
	}, true
}
