// Command app is the page's program: it wires the document (package page), the
// drawing (scene), the engine's worker (client) and what is known and decided
// (session). Everything that happens goes through one queue, one event at a time.
package main

import (
	"encoding/json"
	"image"
	"strconv"
	"time"

	"unnoise/model/catalog"
	"unnoise/wasm/client"
	"unnoise/wasm/dom"
	"unnoise/wasm/message"
	"unnoise/wasm/page"
	"unnoise/wasm/scene"
	"unnoise/wasm/session"
)

func main() {
	a := &app{queue: dom.NewQueue()}
	a.document = page.New(a.queue.Add)
	a.scene = scene.New(func() { dom.Mark("first picture") })
	a.theme()
	engine := client.New(client.Options{
		Worker:    "worker.js",
		OnMessage: func(m message.Message) { a.queue.Add(m) },
		OnLoading: func(done, total int64) { a.queue.Add(session.ProgramLoading{Done: done, Total: total}) },
	})
	a.session = session.New(host{a.queue.Add}, engine, dom.Hash())
	a.expose(engine)
	a.session.Handle(page.Moved{Places: a.document.Places()})
	a.render()
	a.fetch()
	go a.loop()
	if err := a.scene.Run(); err != nil {
		a.queue.Add(session.Failed{Sentence: "The pictures cannot be drawn (" + err.Error() + "). Unnoise needs WebGL 2: please allow it in the browser's settings, or use another browser."})
	}
	select {}
}

type app struct {
	queue    *dom.Queue
	document *page.Page
	scene    *scene.Scene
	session  *session.Session
	view     scene.View // its colours
	ticked   time.Time
	rendered time.Time
	timer    *time.Timer
}

// frame is the least time between two renderings.
const frame = time.Second / 60

// loop takes events as they come and renders what they have led to, at most once
// a frame.
func (a *app) loop() {
	for {
		a.queue.Wait()
		time.Sleep(frame - time.Since(a.rendered))
		for _, event := range a.queue.Take() {
			a.handle(event)
		}
		a.rendered = time.Now()
		a.render()
		a.schedule()
	}
}

func (a *app) handle(event any) {
	switch e := event.(type) {
	case session.Tick:
		a.ticked = time.Now()
	case page.ThemeChanged:
		a.theme()
	case *message.Step:
		if e.Index == 0 {
			dom.Mark("first step")
		}
	}
	a.session.Handle(event)
}

func (a *app) render() {
	a.document.Render(a.session.Page())
	v := a.session.Stage()
	v.Mark, v.Ground = a.view.Mark, a.view.Ground
	a.scene.Show(v)
}

func (a *app) theme() {
	a.view.Mark, a.view.Ground = dom.Colour("--accent"), dom.Colour("--ground")
}

// schedule asks for the next Tick, if one is due.
func (a *app) schedule() {
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
	if interval := a.session.Interval(); interval > 0 {
		a.timer = time.AfterFunc(max(0, interval-time.Since(a.ticked)), func() { a.queue.Add(session.Tick{}) })
	}
}

const (
	modelsFolder = "models/"
	modelsList   = modelsFolder + "index.json"
	dataFolder   = "data/"
	dataList     = dataFolder + "fashion.json"
)

// fetch reads the list of models and the data set's pictures.
func (a *app) fetch() {
	dom.FetchText(modelsList, func(text string) {
		c, err := catalog.Parse([]byte(text))
		if err != nil {
			a.queue.Add(session.Catalogued{Problem: modelsList + ": " + err.Error() + "."})
			return
		}
		a.queue.Add(session.Catalogued{Catalog: c})
	}, func(sentence string) { a.queue.Add(session.Catalogued{Problem: sentence}) })

	none := func(sentence string) { a.queue.Add(session.Pictures{Problem: sentence}) }
	dom.FetchText(dataList, func(text string) {
		var list struct {
			File           string
			Width, Columns int
			Labels         []int
		}
		if err := json.Unmarshal([]byte(text), &list); err != nil || list.Width != page.Side || list.Columns < 1 {
			none(dataList + " cannot be read. Draw or upload a picture instead.")
			return
		}
		url := dataFolder + list.File
		page.LoadSheet(url, list.Width, list.Columns, list.Labels, func(s page.Sheet) {
			a.queue.Add(session.Pictures{Sheet: s, URL: url, Columns: list.Columns})
		}, none)
	}, none)
}

// host is what the session needs of the browser.
type host struct{ add func(any) }

func (h host) PushHash(hash string)         { dom.PushHash(hash) }
func (h host) ReplaceHash(hash string)      { dom.ReplaceHash(hash) }
func (h host) FollowHash(hash string)       { dom.FollowHash(hash) }
func (h host) SaveScale() int               { return page.SaveScale() }
func (h host) EncodePNG(grey []byte) string { return page.EncodePNG(grey) }
func (h host) ReducedMotion() bool          { return dom.ReducedMotion() }
func (h host) RandomSeed() uint64           { return dom.RandomSeed() }
func (h host) Reload()                      { dom.Reload() }
func (h host) failed(sentence string)       { h.add(session.Failed{Sentence: sentence}) }

func (h host) CopyLink() {
	dom.CopyLink(func() { h.add(session.LinkCopied{OK: true}) }, func() { h.add(session.LinkCopied{}) })
}

func (h host) SavePNG(f session.File) {
	go func() {
		img := image.NewNRGBA(image.Rect(0, 0, f.W, f.H))
		paused := time.Now()
		for part := range f.Parts {
			f.Draw(img, part)
			if time.Since(paused) > frame {
				time.Sleep(time.Millisecond)
				paused = time.Now()
			}
		}
		dom.SavePNG(f.Name, img.Pix, f.W, f.H, f.Scale, h.failed)
	}()
}

func (h host) DecodePNG(picture string) {
	page.DecodePNG(picture,
		func(grey []byte) { h.add(session.Decoded{Picture: picture, Grey: grey}) },
		func(sentence string) { h.add(session.Decoded{Picture: picture, Problem: sentence}) })
}

// secondsKey starts the name under which a step's time is kept.
const secondsKey = "unnoise seconds "

func (h host) Seconds(adapter string) float64 {
	s, err := strconv.ParseFloat(dom.Recall(secondsKey+adapter), 64)
	if err != nil {
		return 0
	}
	return s
}

func (h host) RememberSeconds(adapter string, s float64) {
	dom.Remember(secondsKey+adapter, strconv.FormatFloat(s, 'g', 4, 64))
}
