package document

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"syscall/js"

	"unnoise/model/exhibit"
	"unnoise/wasm/dom"
	"unnoise/wasm/hall/visit"
)

// pen edits a Drawing or a Mask on a panel: by pointer, or by moving a cursor with the
// arrow keys and writing with Enter.
type pen struct {
	d       *Document
	panel   string
	control string
	sheet   sheet
	there   bool
	points  []float32 // of a Drawing
	mask    []bool    // of a Mask
	before  []string  // values before each stroke
	value   string
	down    bool
	on      bool // the stroke switches cells on
	x, y    float64
}

const maxUndo = 64

func (d *Document) newPen(p exhibit.Panel) *pen {
	n := &pen{d: d, panel: p.ID, control: p.Draw, value: "?"}
	element := d.ID("pen-" + p.ID)
	at := func(e js.Value) (x, y float64) {
		box := element.Call("getBoundingClientRect")
		return e.Get("clientX").Float() - box.Get("left").Float(), e.Get("clientY").Float() - box.Get("top").Float()
	}
	dom.Listen(element, "pointerdown", func(e js.Value) {
		if !n.there {
			return
		}
		element.Call("setPointerCapture", e.Get("pointerId"))
		n.x, n.y = at(e)
		n.begin()
		n.down = true
		n.write(n.x, n.y, true)
	})
	dom.Listen(element, "pointermove", func(e js.Value) {
		if n.down {
			x, y := at(e)
			n.write(x, y, true)
		}
	})
	for _, event := range []string{"pointerup", "pointercancel"} {
		dom.Listen(element, event, func(js.Value) {
			if n.down {
				n.down = false
				n.report(false)
			}
		})
	}
	dom.Listen(element, "keydown", n.key)
	return n
}

// begin remembers the value before a stroke.
func (n *pen) begin() {
	n.before = append(n.before, n.value)
	if len(n.before) > maxUndo {
		n.before = n.before[1:]
	}
	if n.sheet.control.Kind == exhibit.Mask {
		row, col := n.sheet.cell(n.x, n.y)
		n.on = !n.mask[row*n.sheet.cols+col]
	}
}

// write goes on from the last place of the stroke to another one.
func (n *pen) write(x, y float64, dragging bool) {
	length := math.Hypot(x-n.x, y-n.y)
	steps := max(1, int(length/2))
	for k := 1; k <= steps; k++ {
		f := float64(k) / float64(steps)
		n.dab(n.x+f*(x-n.x), n.y+f*(y-n.y))
	}
	n.x, n.y = x, y
	n.report(dragging)
}

func (n *pen) dab(x, y float64) {
	if n.sheet.control.Kind == exhibit.Mask {
		for _, i := range n.sheet.brush(x, y) {
			n.mask[i] = n.on
		}
		return
	}
	px, py := n.sheet.point(x, y)
	if k := len(n.points); k >= 2 && math.Hypot(px-float64(n.points[k-2]), py-float64(n.points[k-1])) < penSpacing {
		return
	}
	if len(n.points) < 2*exhibit.MaxPoints {
		n.points = append(n.points, float32(px), float32(py))
	}
}

func (n *pen) report(dragging bool) {
	if n.sheet.control.Kind == exhibit.Mask {
		n.value = exhibit.EncodeMask(n.mask)
	} else {
		n.value = exhibit.EncodePoints(n.points)
	}
	n.d.emit(visit.Edited{Control: n.control, Value: n.value, Dragging: dragging})
}

func (n *pen) key(e js.Value) {
	if !n.there {
		return
	}
	step := n.sheet.place.W / 40
	if n.sheet.control.Kind == exhibit.Mask {
		step = n.sheet.place.W / float64(n.sheet.cols)
	}
	move, ok := map[string][2]float64{"ArrowLeft": {-1, 0}, "ArrowRight": {1, 0}, "ArrowUp": {0, -1}, "ArrowDown": {0, 1}}[e.Get("key").String()]
	switch key := e.Get("key").String(); {
	case ok:
		n.x = max(0, min(n.sheet.place.W-1, n.x+step*move[0]))
		n.y = max(0, min(n.sheet.place.H-1, n.y+step*move[1]))
		n.show()
		n.d.Text("pen-said-"+n.panel, n.sheet.where(n.x, n.y, n.mask))
	case key == "Enter" || key == " ":
		n.begin()
		n.dab(n.x, n.y)
		n.report(false)
		n.d.Text("pen-said-"+n.panel, n.sheet.where(n.x, n.y, n.mask)+" "+n.amount())
	default:
		return
	}
	e.Call("preventDefault")
	e.Call("stopPropagation")
}

// render lays the pen on its panel's figure and takes over the state's value.
func (n *pen) render(s exhibit.State) {
	d, p := n.d, n.d.panels[n.panel]
	var control exhibit.Control
	for _, c := range s.Exhibit().Controls {
		if c.ID == n.control {
			control = c
		}
	}
	n.there = false
	if s.Shown(control) {
		n.sheet, n.there = sheetOn(control, p.figure, p.place.W, p.place.H)
	}
	id := "pen-" + n.panel
	d.Set(id, "hidden", !n.there)
	if !n.there {
		return
	}
	px := func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "px" }
	for property, v := range map[string]float64{"left": n.sheet.place.X, "top": n.sheet.place.Y, "width": n.sheet.place.W, "height": n.sheet.place.H} {
		d.Style(id, property, px(v))
	}
	if value := s.Text(n.control); value != n.value && !n.down {
		n.value = value
		if control.Kind == exhibit.Mask {
			n.mask = s.Mask(n.control)
		} else {
			n.points = slices.Clone(s.Points(n.control))
		}
	}
	if n.x == 0 && n.y == 0 {
		n.x, n.y = n.sheet.place.W/2, n.sheet.place.H/2
	}
	n.x, n.y = min(n.x, n.sheet.place.W-1), min(n.y, n.sheet.place.H-1) // the place may have shrunk
	what := "Draw with the pointer, or move with the arrow keys and add a point with Enter. "
	if control.Kind == exhibit.Mask {
		what = "Paint with the pointer, or move with the arrow keys and switch what is under the brush with Enter. "
	}
	d.Attr(id, "aria-label", control.Label+". "+what+n.amount())
	n.show()
}

func (n *pen) amount() string {
	if n.sheet.control.Kind != exhibit.Mask {
		return strconv.Itoa(len(n.points)/2) + " points."
	}
	on := 0
	for _, v := range n.mask {
		if v {
			on++
		}
	}
	return strconv.Itoa(on) + " of " + strconv.Itoa(len(n.mask)) + " cells."
}

func (n *pen) show() {
	n.d.HTML("pen-"+n.panel, n.sheet.markup(n.points, n.mask, n.x, n.y))
}

// pressed takes the buttons of the controls.
func (d *Document) pressed(button string) {
	action, control, _ := strings.Cut(button, " ")
	if action != "undo" && action != "clear" {
		d.emit(visit.Pressed{Button: button})
		return
	}
	for _, p := range d.panels {
		if p.pen == nil || p.pen.control != control {
			continue
		}
		value := ""
		if n := len(p.pen.before); action == "undo" {
			if n == 0 {
				return
			}
			value, p.pen.before = p.pen.before[n-1], p.pen.before[:n-1]
		} else {
			p.pen.before = append(p.pen.before, p.pen.value)
		}
		d.emit(visit.Edited{Control: control, Value: value})
	}
}
