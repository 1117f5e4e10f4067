package client

import (
	"syscall/js"

	"unnoise/wasm/message"
	"unnoise/wasm/worker"
)

// Options of a Client.
type Options struct {
	Worker string // URL of worker.js, relative to the page
	// Tier is TierCPU to go without WebGPU. TierAny does as the page's address
	// says: ?tier=cpu asks for the CPU, nothing for the best there is.
	Tier message.Tier
	// Precision is what the page's address says as ?precision=f32 or f16, unless it
	// is set here.
	Precision message.Precision
	// OnMessage receives everything the engine says, and the Errors and Cancelled
	// of the client itself. It is called from the browser's event loop and must
	// not wait for anything.
	OnMessage func(message.Message)
	// OnLoading receives the bytes downloaded of the engine's program; total is
	// 0 if unknown. May be nil. As OnMessage it must not wait.
	OnLoading func(done, total int64)
}

// Client owns the engine's worker. All methods are called from one goroutine or
// from the browser's event loop; none waits.
type Client struct {
	options Options
	module  js.Value // the engine's program, compiled by the first worker

	worker    *worker.Worker // nil when none is there
	listening bool           // it takes messages
	tier      message.Tier   // of the worker; TierAny until it says
	ready     *message.Ready // the last one passed on
	load      *message.Load  // the model that is wanted
	loaded    bool           // the page has been told that it is loaded
	run       *message.Run   // the run that is wanted or going on
}

// New starts the engine. Its first word is message.Ready, or an Error.
func New(options Options) *Client {
	if options.Tier == message.TierAny {
		options.Tier = TierOfAddress()
	}
	if options.Precision == message.PrecisionAny {
		options.Precision = message.Precision(ofAddress("precision"))
	}
	c := &Client{options: options}
	c.start()
	return c
}

// TierOfAddress is what the page's address asks for by ?tier=.
func TierOfAddress() message.Tier { return message.Tier(ofAddress("tier")) }

// ofAddress reads a parameter of the page's address, such as ?tier=cpu. Where there
// is no page, as under Node, none is given.
func ofAddress(name string) string {
	location := js.Global().Get("location")
	if !location.Truthy() {
		return ""
	}
	address := js.Global().Get("URL").New(location.Get("href"))
	if wanted := address.Get("searchParams").Call("get", name); wanted.Type() == js.TypeString {
		return wanted.String()
	}
	return ""
}

// Load asks for a model in place of the one before. A run that is going on is
// cancelled.
func (c *Client) Load(m message.Load) {
	c.Cancel()
	c.load, c.loaded = &m, false
	c.send(c.load)
}

// Run asks for a run. One that is going on is cancelled first; the model asked
// for last is loaded first.
func (c *Client) Run(m message.Run) {
	c.Cancel()
	c.run = &m
	c.send(c.run)
}

// Cancel ends the run, if any. message.Cancelled follows, at once where the
// worker had to be ended.
func (c *Client) Cancel() {
	if c.run == nil {
		return
	}
	id := c.run.RunID
	if c.worker != nil && c.listening && c.tier == message.TierWebGPU {
		c.send(&message.Cancel{RunID: id})
		return
	}
	c.run = nil
	if c.worker != nil && c.listening {
		c.stop()
		c.start()
	}
	c.options.OnMessage(&message.Cancelled{RunID: id})
}

// Tune has the engine measure its kernels for the loaded model. message.Tuned
// follows, unless the worker ends.
func (c *Client) Tune() { c.sendNow(&message.Tune{}) }

// StopTuning ends a Tune.
func (c *Client) StopTuning() { c.sendNow(&message.StopTuning{}) }

// sendNow posts a wish that does not outlast its worker.
func (c *Client) sendNow(m message.Message) {
	if c.worker != nil && c.listening {
		c.post(m)
	}
}

// LoseDevice has the GPU device destroyed, to try the recovery.
func (c *Client) LoseDevice() { c.send(&message.LoseDevice{}) }

// send posts a wish to a listening worker. Others hear the wishes that last when
// they begin to listen; where there is no worker one is started.
func (c *Client) send(m message.Message) {
	switch {
	case c.worker == nil:
		c.start()
	case c.listening:
		c.post(m)
	}
}

func (c *Client) post(m message.Message) {
	if err := message.Post(c.worker.JS(), m); err != nil {
		c.fail("A request could not be sent to the engine: "+err.Error()+".", "")
	}
}

// receive passes on what the engine says, and keeps track of it.
func (c *Client) receive(m message.Message) {
	switch m := m.(type) {
	case *message.Listening:
		c.brief()
		return
	case *message.Ready:
		c.tier = m.Tier
		if c.ready != nil && c.ready.Tier == m.Tier && c.ready.Reason == m.Reason {
			return
		}
		c.ready = m
	case *message.Rebuilt:
		c.tier, c.ready = m.Ready.Tier, &m.Ready
	case *message.Progress:
		if m.ModelID != "" && c.loaded {
			return
		}
	case *message.Loaded:
		if c.loaded {
			return
		}
		c.loaded = true
	case *message.Done:
		c.over(m.RunID)
	case *message.Cancelled:
		c.over(m.RunID)
	case *message.Error:
		c.over(m.RunID)
		if m.ModelID != "" && c.load != nil && m.ModelID == c.load.ID {
			c.load = nil
		}
	}
	c.options.OnMessage(m)
}

// brief tells a worker that has begun to listen all that is wanted.
func (c *Client) brief() {
	c.listening = true
	c.post(&message.Open{Tier: c.options.Tier, Precision: c.options.Precision})
	if c.load != nil {
		c.post(c.load)
	}
	if c.run != nil {
		c.post(c.run)
	}
}

// over forgets the run once it has ended.
func (c *Client) over(runID int) {
	if c.run != nil && c.run.RunID == runID {
		c.run = nil
	}
}

// fail ends the worker and says so. The next wish starts another.
func (c *Client) fail(sentence, hint string) {
	lost := &message.Error{Message: sentence, Hint: hint, Fatal: true}
	if c.run != nil {
		lost.RunID = c.run.RunID
	}
	if c.load != nil && !c.loaded {
		lost.ModelID = c.load.ID
		c.load = nil
	}
	c.run = nil
	c.stop()
	c.options.OnMessage(lost)
}
