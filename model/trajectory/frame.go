package trajectory

import (
	"github.com/x448/float16"

	"unnoise/model/diffusion"
)

// frame is one kept step: either the exact values or their binary16 bits. before
// is kept only where steps are run again from this one.
type frame struct {
	xt, pred, before []float32
	xtHalf, predHalf []uint16
}

func newFrame(s diffusion.Step, storage Storage) frame {
	if storage == Float16 {
		return frame{xtHalf: toHalf(s.Xt), predHalf: toHalf(s.Pred)}
	}
	f := frame{xt: s.Xt, pred: s.Pred}
	if storage == Keyframes {
		f.before = s.Before
	}
	return f
}

func (f frame) step(i int, u diffusion.Update) diffusion.Step {
	if f.xtHalf == nil {
		return diffusion.Step{I: i, Update: u, Xt: f.xt, Pred: f.pred, Before: f.before}
	}
	return diffusion.Step{I: i, Update: u, Xt: fromHalf(f.xtHalf), Pred: fromHalf(f.predHalf)}
}

func toHalf(values []float32) []uint16 {
	if values == nil {
		return nil
	}
	out := make([]uint16, len(values))
	for i, v := range values {
		out[i] = float16.Fromfloat32(v).Bits()
	}
	return out
}

func fromHalf(bits []uint16) []float32 {
	if bits == nil {
		return nil
	}
	out := make([]float32, len(bits))
	for i, b := range bits {
		out[i] = float16.Frombits(b).Float32()
	}
	return out
}
