package page

import (
	"math"
	"syscall/js"

	"unnoise/wasm/dom"
)

const (
	brushRadius = 1.1 // pixels of full white around the pointer
	brushEdge   = 0.9 // pixels over which it fades
	maxUndo     = 64
)

// pad is the canvas the visitor draws on, white on black: by pointer, or by
// moving a cursor with the arrow keys and painting with Enter or the space bar.
type pad struct {
	doc      *dom.Document
	emit     func(Event)
	grey     []byte   // Side·Side
	before   [][]byte // the picture before each stroke
	context  js.Value
	drawing  bool
	lastX    float64
	lastY    float64
	cursor   [2]int
	hasFocus bool
}

func newPad(d *dom.Document, emit func(Event)) *pad {
	p := &pad{doc: d, emit: emit, grey: make([]byte, Side*Side), cursor: [2]int{Side / 2, Side / 2}}
	canvas := d.ID("pad")
	p.context = canvas.Call("getContext", "2d")
	dom.Listen(canvas, "pointerdown", func(e js.Value) {
		canvas.Call("setPointerCapture", e.Get("pointerId"))
		p.begin()
		p.drawing = true
		p.lastX, p.lastY = p.at(canvas, e)
		p.stroke(p.lastX, p.lastY)
	})
	dom.Listen(canvas, "pointermove", func(e js.Value) {
		if p.drawing {
			p.stroke(p.at(canvas, e))
		}
	})
	for _, event := range []string{"pointerup", "pointercancel"} {
		dom.Listen(canvas, event, func(js.Value) { p.end() })
	}
	dom.Listen(canvas, "keydown", p.key)
	dom.Listen(canvas, "focus", func(js.Value) { p.hasFocus = canvas.Call("matches", ":focus-visible").Bool(); p.show() })
	dom.Listen(canvas, "blur", func(js.Value) { p.hasFocus = false; p.show() })
	p.show()
	return p
}

func (p *pad) at(canvas, e js.Value) (x, y float64) {
	box := canvas.Call("getBoundingClientRect")
	x = (e.Get("clientX").Float() - box.Get("left").Float()) / box.Get("width").Float() * Side
	y = (e.Get("clientY").Float() - box.Get("top").Float()) / box.Get("height").Float() * Side
	return x, y
}

func (p *pad) begin() {
	p.before = append(p.before, append([]byte(nil), p.grey...))
	if len(p.before) > maxUndo {
		p.before = p.before[1:]
	}
}

func (p *pad) end() {
	if p.drawing {
		p.drawing = false
		p.report()
	}
}

// stroke paints a line from the last point to (x, y).
func (p *pad) stroke(x, y float64) {
	length := math.Hypot(x-p.lastX, y-p.lastY)
	for along := 0.0; along <= length; along += 0.5 {
		f := along / max(length, 1e-9)
		p.dab(p.lastX+f*(x-p.lastX), p.lastY+f*(y-p.lastY))
	}
	p.lastX, p.lastY = x, y
	p.show()
}

// dab paints one soft dot.
func (p *pad) dab(x, y float64) {
	const reach = int(brushRadius+brushEdge) + 1
	for row := max(0, int(y)-reach); row <= min(Side-1, int(y)+reach); row++ {
		for col := max(0, int(x)-reach); col <= min(Side-1, int(x)+reach); col++ {
			distance := math.Hypot(float64(col)+0.5-x, float64(row)+0.5-y)
			v := byte(255 * max(0, min(1, (brushRadius+brushEdge-distance)/brushEdge)))
			p.grey[row*Side+col] = max(p.grey[row*Side+col], v)
		}
	}
}

func (p *pad) key(e js.Value) {
	move, ok := map[string][2]int{"ArrowLeft": {-1, 0}, "ArrowRight": {1, 0}, "ArrowUp": {0, -1}, "ArrowDown": {0, 1}}[e.Get("key").String()]
	switch key := e.Get("key").String(); {
	case ok:
		p.cursor[0] = max(0, min(Side-1, p.cursor[0]+move[0]))
		p.cursor[1] = max(0, min(Side-1, p.cursor[1]+move[1]))
		p.show()
	case key == "Enter" || key == " ":
		p.begin()
		p.dab(float64(p.cursor[0])+0.5, float64(p.cursor[1])+0.5)
		p.show()
		p.report()
	default:
		return
	}
	e.Call("preventDefault")
}

func (p *pad) undo() {
	if n := len(p.before); n > 0 {
		copy(p.grey, p.before[n-1])
		p.before = p.before[:n-1]
		p.show()
		p.report()
	}
}

func (p *pad) clear() {
	p.begin()
	clear(p.grey)
	p.show()
	p.report()
}

// take goes on from a drawing made elsewhere.
func (p *pad) take(grey []byte) {
	copy(p.grey, grey)
	p.before = nil
	p.show()
}

func (p *pad) report() {
	p.emit(Drawn{append([]byte(nil), p.grey...), len(p.before) > 0})
}

// show draws the picture, and the keyboard's cursor while it is in use.
func (p *pad) show() {
	p.context.Call("putImageData", dom.ImageData(greyPixels(p.grey), Side, Side), 0, 0)
	if p.hasFocus {
		p.context.Set("fillStyle", "#d2691e")
		p.context.Call("fillRect", p.cursor[0], p.cursor[1], 1, 1)
	}
}
