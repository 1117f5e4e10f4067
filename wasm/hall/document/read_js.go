package document

import (
	"strconv"

	"unnoise/wasm/hall/visit"
)

// renderReadouts writes the numbers of the moment. Rows stay while only their numbers
// change, and with them the keyboard's focus.
func (d *Document) renderReadouts(v visit.View) {
	d.Set("readouts-block", "hidden", v.Moment == nil || len(v.Moment.Readouts) == 0)
	if v.Moment == nil {
		d.HTML("readouts", "")
		return
	}
	list := v.Moment.Readouts
	if d.HTML("readouts", readoutRows(list)) {
		for _, r := range list {
			d.Drop("readout-" + r.ID)
			d.Drop("readout-" + r.ID + "-value")
		}
	}
	for _, r := range list {
		d.Text("readout-"+r.ID+"-value", readoutText(r))
		d.Attr("readout-"+r.ID, "data-value", readoutValue(r))
	}
}

func (d *Document) renderEquations(v visit.View) {
	d.Set("equations-block", "hidden", v.Moment == nil || len(v.Moment.Equations) == 0)
	if v.Moment == nil {
		return
	}
	list := v.Moment.Equations
	if d.HTML("equations", equationFigures(list)) {
		for k := range list {
			d.Drop("numbers-" + strconv.Itoa(k))
		}
	}
	for k, e := range list {
		d.HTML("numbers-"+strconv.Itoa(k), e.Numbers)
	}
}
