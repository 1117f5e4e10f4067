package client

import (
	"errors"
	"syscall/js"

	"unnoise/wasm/message"
	"unnoise/wasm/worker"
)

const (
	hintReload = "Please reload the page."
	hintAgain  = "Starting the run again starts the engine again; fewer pictures at once need less memory."
)

// start starts a worker. Errors arrive as a message of the client.
func (c *Client) start() {
	options := worker.Options{
		URL: c.options.Worker, Name: "engine",
		OnMessage: c.hear,
		OnLoading: func(done, total int64) {
			if c.options.OnLoading != nil && !c.module.Truthy() {
				c.options.OnLoading(done, total)
			}
		},
		OnModule: func(module js.Value) { c.module = module },
		OnEnded: func(sentence string) {
			hint := hintAgain
			if !c.listening {
				hint = ""
			}
			c.fail(sentence, hint)
		},
		OnRefused: func() { c.fail("The engine's worker could not be started.", hintReload) },
	}
	c.tier, c.listening = message.TierAny, false
	var err error
	if c.worker, err = worker.Start(options, c.module); err != nil {
		c.fail("The browser does not let the engine's worker start ("+err.Error()+").",
			"Please open the page from a web server (http or https), not as a file.")
	}
}

// stop ends the worker at once, whatever it is doing.
func (c *Client) stop() {
	if c.worker != nil {
		c.worker.Stop()
		c.worker, c.listening = nil, false
	}
}

// hear takes what the engine posts.
func (c *Client) hear(data js.Value) {
	m, err := message.Receive(data)
	var stale *message.VersionError
	switch {
	case errors.As(err, &stale):
		c.fail("The page and its engine are of different versions.", hintReload)
	case err != nil:
		c.fail("The engine said something that the page does not understand: "+err.Error()+".", hintReload)
	default:
		c.receive(m)
	}
}
