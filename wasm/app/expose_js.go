package main

import (
	"unnoise/wasm/client"
	"unnoise/wasm/dom"
)

// expose lets tests and the browser's console read what is shown, as
// globalThis.unnoise:
//
//	unnoise.hash       the Spec, as in a link
//	unnoise.state      ready, preparing, running, done, stopped, failed or loading
//	unnoise.moment     {step, t, remaining, shape, xt, pred, x0, eps} of the moment shown
//	unnoise.loseDevice a function that has the GPU device destroyed, to try the recovery
func (a *app) expose(engine *client.Client) {
	dom.Expose("unnoise", map[string]func() any{
		"hash":  func() any { return dom.Hash() },
		"state": func() any { return a.session.Page().State },
		"moment": func() any {
			f, ok := a.session.Floats()
			if !ok {
				return nil
			}
			l := f.Layout
			return map[string]any{
				"step": f.Step, "t": f.T, "remaining": f.Remaining, "shape": []int{l.N, l.C, l.H, l.W},
				"xt": f.Xt, "pred": f.Pred, "x0": f.X0, "eps": f.Eps,
			}
		},
		"loseDevice": func() any { return dom.Function(engine.LoseDevice) },
	})
}
