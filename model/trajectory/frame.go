package trajectory

import (
	"github.com/x448/float16"

	"unnoise/model/diffusion"
)

// frame is one kept step: either the exact values or their binary16 bits.
type frame struct {
	xt, pred         []float32
	xtHalf, predHalf []uint16
}

func newFrame(s diffusion.Step, storage Storage) frame {
	if storage == Float16 {
		return frame{xtHalf: toHalf(s.Xt), predHalf: toHalf(s.Pred)}
	}
	return frame{xt: s.Xt, pred: s.Pred}
}

func (f frame) step(i int, u diffusion.Update) diffusion.Step {
	if f.xtHalf == nil {
		return diffusion.Step{I: i, Update: u, Xt: f.xt, Pred: f.pred}
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
