package guide

import (
	"errors"
	"syscall/js"

	"unnoise/wasm/message/show"
	"unnoise/wasm/wire"
	"unnoise/wasm/worker"
)

const (
	hintReload = "Please reload the page."
	hintAgain  = "Running the exhibit again starts its program again; a smaller setting needs less memory."
)

// start starts a worker. Errors arrive as a message of the guide.
func (g *Guide) start() {
	g.listening = false
	var err error
	g.worker, err = worker.Start(worker.Options{
		URL: g.options.Worker, Name: "guide",
		OnMessage: g.hear,
		OnLoading: func(done, total int64) {
			if g.options.OnLoading != nil && !g.module.Truthy() {
				g.options.OnLoading(done, total)
			}
		},
		OnModule: func(module js.Value) { g.module = module },
		OnEnded: func(sentence string) {
			hint := hintAgain
			if !g.listening {
				hint = ""
			}
			g.fail(sentence, hint)
		},
		OnRefused: func() { g.fail("The worker of the exhibits could not be started.", hintReload) },
	}, g.module)
	if err != nil {
		g.fail("The browser does not let the worker of the exhibits start ("+err.Error()+").",
			"Please open the page from a web server (http or https), not as a file.")
	}
}

// stop ends the worker at once, whatever it is doing.
func (g *Guide) stop() {
	if g.worker == nil {
		return
	}
	g.worker.Stop()
	g.worker, g.listening, g.ending = nil, false, 0
	if g.deadline != nil {
		g.deadline.Stop()
	}
}

func (g *Guide) hear(data js.Value) {
	m, err := show.Protocol.Receive(data)
	var stale *wire.VersionError
	switch {
	case errors.As(err, &stale):
		g.fail("The page and the program of the exhibits are of different versions.", hintReload)
	case err != nil:
		g.fail("The program of the exhibits said something that the page does not understand: "+err.Error()+".", hintReload)
	default:
		g.receive(m)
	}
}

func (g *Guide) post(m wire.Message) {
	if err := show.Protocol.Post(g.worker.JS(), m); err != nil {
		g.fail("A request could not be sent to the exhibits' program: "+err.Error()+".", "")
	}
}

// fail ends the worker and says so. The next wish starts another.
func (g *Guide) fail(sentence, hint string) {
	lost := &show.Error{Message: sentence, Hint: hint, Fatal: true}
	if g.run != nil {
		lost.RunID = g.run.RunID
	}
	g.run = nil
	g.stop()
	g.options.OnMessage(lost)
}
