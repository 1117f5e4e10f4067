package graph

import (
	"fmt"
	"math"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// Resize resamples a picture to Height × Width, as torch.nn.functional.interpolate
// does without antialias. Input [N, H, W, C], result [N, Height, Width, C].
//
// Rows and columns are resampled alike, each value of the result from at most two
// neighbours along an axis: see Filter.Axis.
type Resize struct {
	Filter
	Height, Width int
}

// Filter says how values between pixels are found.
type Filter int

const (
	// Nearest takes pixel ⌊i·in/out⌋. PyTorch rounds the scale to float32 in some of its
	// kernels, which for a few sizes (2 to 82, 110, …) takes the pixel before.
	Nearest Filter = iota
	// Bilinear weighs the two pixels about (i + ½)·in/out − ½, as PyTorch with
	// align_corners=False; beyond the outermost centres it takes the edge.
	Bilinear
	// BilinearCorners weighs the two pixels about i·(in−1)/(out−1), as PyTorch with
	// align_corners=True.
	BilinearCorners
)

func (Resize) Kind() string              { return "resize" }
func (Resize) Params() []*weights.Tensor { return nil }
func (op Resize) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := op.check(in[0], op.Height, op.Width); err != nil {
		return nil, err
	}
	return tensor.Shape{in[0][0], op.Height, op.Width, in[0][3]}, nil
}

// VJP implements Differentiable.
func (op Resize) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	x := b.Shape(n.In[0])
	return []ID{b.Apply(n.Label+".grad", ResizeGrad{op.Filter, x[1], x[2]}, grad)}
}

// ResizeGrad is Resize transposed: the gradient with respect to a picture of
// Height × Width that was resized to the input's size. Input [N, H, W, C], result
// [N, Height, Width, C].
type ResizeGrad struct {
	Filter
	Height, Width int
}

func (ResizeGrad) Kind() string              { return "resize_grad" }
func (ResizeGrad) Params() []*weights.Tensor { return nil }
func (op ResizeGrad) Infer(in []tensor.Shape) (tensor.Shape, error) {
	if err := arity(in, 1); err != nil {
		return nil, err
	}
	if err := op.check(in[0], op.Height, op.Width); err != nil {
		return nil, err
	}
	return tensor.Shape{in[0][0], op.Height, op.Width, in[0][3]}, nil
}

// VJP implements Differentiable.
func (op ResizeGrad) VJP(b *Builder, n Node, grad ID, _ []bool) []ID {
	y := b.Shape(n.In[0])
	return []ID{b.Apply(n.Label+".grad", Resize{op.Filter, y[1], y[2]}, grad)}
}

func (f Filter) check(x tensor.Shape, height, width int) error {
	if f < Nearest || f > BilinearCorners {
		return fmt.Errorf("unknown filter %d", f)
	}
	if height < 1 || width < 1 {
		return fmt.Errorf("size %d×%d, expected at least 1×1", height, width)
	}
	return rank(x, 4)
}

// Tap is one term of a resampled value: Weight times the value at From.
type Tap struct {
	From   int
	Weight float64
}

// Axis lists for each of out places along an axis the taps among in places, from
// low to high.
func (f Filter) Axis(in, out int) [][]Tap {
	taps := make([][]Tap, out)
	for i := range taps {
		if f == Nearest {
			taps[i] = []Tap{{i * in / out, 1}}
			continue
		}
		at := max(0, (float64(i)+0.5)*float64(in)/float64(out)-0.5)
		if f == BilinearCorners {
			at = 0
			if out > 1 {
				at = float64(i) * float64(in-1) / float64(out-1)
			}
		}
		low := min(int(math.Floor(at)), in-1)
		high := min(low+1, in-1)
		part := at - float64(low)
		if high == low || part == 0 {
			taps[i] = []Tap{{low, 1}}
		} else {
			taps[i] = []Tap{{low, 1 - part}, {high, part}}
		}
	}
	return taps
}

// AxisGrad lists for each of out places the taps among in places of the transpose:
// Axis(out, in) resamples the other way.
func (f Filter) AxisGrad(in, out int) [][]Tap {
	taps := make([][]Tap, out)
	for i, row := range f.Axis(out, in) {
		for _, tap := range row {
			taps[tap.From] = append(taps[tap.From], Tap{i, tap.Weight})
		}
	}
	return taps
}
