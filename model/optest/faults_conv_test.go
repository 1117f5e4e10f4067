package optest

import (
	"slices"

	"unnoise/model/graph"
)

// convKinFaults spoil grouped, dilated and transposed convolutions, pooling and
// resizing.
var convKinFaults = []fault{
	change("conv2d", "dilation ignored", func(op graph.Conv2D) graph.Conv2D { op.Dilation = 1; return op }),
	formula("conv2d", "channels dealt out to the groups in turn", func(op graph.Conv2D, out array, in []array) {
		evaluate(op, out, append([]array{dealt(in[0], max(1, op.Groups))}, in[1:]...))
	}),
	formula("conv2d", "first group for all", func(op graph.Conv2D, out array, in []array) {
		x := array{in[0].shape, slices.Clone(in[0].data)}
		taken := x.shape[3] / max(1, op.Groups)
		for i := range x.data {
			c := i % x.shape[3]
			x.data[i] = in[0].data[i-c+c%taken]
		}
		evaluate(op, out, append([]array{x}, in[1:]...))
	}),
	formula("conv2d", "weight input read as OIHW", func(op graph.Conv2D, out array, in []array) {
		if len(in) > 1 {
			in = slices.Clone(in)
			in[1] = rowsOf(in[1])
		}
		evaluate(op, out, in)
	}),
	change("conv_transpose2d", "bias forgotten", func(op graph.ConvTranspose2D) graph.ConvTranspose2D { op.Bias = nil; return op }),
	change("conv_transpose2d", "cut one pixel off", func(op graph.ConvTranspose2D) graph.ConvTranspose2D { op.Pad.Top--; return op }),
	change("conv_transpose2d", "dilation ignored", func(op graph.ConvTranspose2D) graph.ConvTranspose2D { op.Dilation = 1; return op }),
	change("conv_transpose2d", "kernel mirrored", func(op graph.ConvTranspose2D) graph.ConvTranspose2D {
		if op.Weight != nil {
			op.Weight = reorder(op.Weight, mirrored)
		}
		return op
	}),
	change("conv_transpose2d", "Q8_0 read as unsigned", func(op graph.ConvTranspose2D) graph.ConvTranspose2D {
		if op.Weight != nil {
			op.Weight = unsigned(op.Weight)
		}
		return op
	}),
	formula("conv_transpose2d", "output padding left empty", func(op graph.ConvTranspose2D, out array, in []array) {
		evaluate(op, out, in)
		for n := range out.shape[0] {
			for y := out.shape[1] - op.OutputPadding[0]; y < out.shape[1]; y++ {
				for x := range out.shape[2] {
					clear(out.data[((n*out.shape[1]+y)*out.shape[2]+x)*out.shape[3]:][:out.shape[3]])
				}
			}
		}
	}),
	formula("conv_transpose2d", "channels dealt out to the groups in turn", func(op graph.ConvTranspose2D, out array, in []array) {
		evaluate(op, out, append([]array{dealt(in[0], max(1, op.Groups))}, in[1:]...))
	}),
	change("conv2d_weight_grad", "stride ignored", func(op graph.Conv2DWeightGrad) graph.Conv2DWeightGrad { op.Stride = 1; return op }),
	change("conv2d_weight_grad", "dilation ignored", func(op graph.Conv2DWeightGrad) graph.Conv2DWeightGrad { op.Dilation = 1; return op }),
	change("conv2d_weight_grad", "padding one pixel off", func(op graph.Conv2DWeightGrad) graph.Conv2DWeightGrad { op.Pad.Left++; return op }),
	formula("conv2d_weight_grad", "first picture only", func(op graph.Conv2DWeightGrad, out array, in []array) {
		g := array{in[1].shape, slices.Clone(in[1].data)}
		clear(g.data[len(g.data)/g.shape[0]:])
		evaluate(op, out, []array{in[0], g})
	}),
	formula("conv2d_weight_grad", "channels dealt out to the groups in turn", func(op graph.Conv2DWeightGrad, out array, in []array) {
		evaluate(op, out, []array{dealt(in[0], max(1, op.Groups)), in[1]})
	}),
	formula("avg_pool2d", "padding not counted", func(op graph.AvgPool2D, out array, in []array) {
		ones := array{in[0].shape, make([]float64, len(in[0].data))}
		for i := range ones.data {
			ones.data[i] = 1
		}
		share := array{out.shape, make([]float64, len(out.data))}
		evaluate(op, share, []array{ones})
		evaluate(op, out, in)
		for i := range out.data {
			out.data[i] /= share.data[i]
		}
	}),
	change("avg_pool2d_grad", "stride as wide as the window", func(op graph.AvgPool2DGrad) graph.AvgPool2DGrad { op.Stride = op.Size; return op }),
	formula("max_pool2d", "padding of zeros", func(op graph.MaxPool2D, out array, in []array) {
		evaluate(op, out, in)
		if op.Pad > 0 {
			for i := range out.data {
				out.data[i] = max(0, out.data[i])
			}
		}
	}),
	formula("max_pool2d_grad", "every largest value has it all", func(op graph.MaxPool2DGrad, out array, in []array) {
		largest := array{in[1].shape, make([]float64, len(in[1].data))}
		maxPool2D(op.Window, largest, in[0])
		windows(op.Window, out.shape, in[1].shape, func(n, row, column, sy, sx, c int) {
			if *in[0].at4(n, sy, sx, c) == *largest.at4(n, row, column, c) {
				*out.at4(n, sy, sx, c) += *in[1].at4(n, row, column, c)
			}
		})
	}),
	formula("max_pool2d_grad", "the last window's alone", func(op graph.MaxPool2DGrad, out array, in []array) {
		largest := array{in[1].shape, make([]float64, len(in[1].data))}
		maxPool2D(op.Window, largest, in[0])
		windows(op.Window, out.shape, in[1].shape, func(n, row, column, sy, sx, c int) {
			if *in[0].at4(n, sy, sx, c) == *largest.at4(n, row, column, c) {
				*out.at4(n, sy, sx, c) = *in[1].at4(n, row, column, c)
			}
		})
	}),
	change("resize", "corners not aligned", func(op graph.Resize) graph.Resize {
		op.Filter = min(op.Filter, graph.Bilinear)
		return op
	}),
	change("resize", "corners aligned", func(op graph.Resize) graph.Resize {
		if op.Filter == graph.Bilinear {
			op.Filter = graph.BilinearCorners
		}
		return op
	}),
	change("resize", "nearest where it should weigh", func(op graph.Resize) graph.Resize { op.Filter = graph.Nearest; return op }),
	change("resize_grad", "corners not aligned", func(op graph.ResizeGrad) graph.ResizeGrad {
		op.Filter = min(op.Filter, graph.Bilinear)
		return op
	}),
	formula("resize_grad", "resized back", func(op graph.ResizeGrad, out array, in []array) {
		resize(op.Filter, out, in[0])
	}),
}

// dealt reorders channels as if group g had channels g, g + groups, g + 2·groups, ….
func dealt(x array, groups int) array {
	flat := x.flat()
	out := array{flat.shape, make([]float64, len(flat.data))}
	taken := flat.shape[2] / groups
	out.each(func(n, p, c int) { *out.at3(n, p, c) = *flat.at3(n, p, c%taken*groups+c/taken) })
	return array{x.shape, out.data}
}

// rowsOf takes kernels stored as [O, KH, KW, I] for [O, I, KH, KW].
func rowsOf(w array) array {
	out := array{w.shape, make([]float64, len(w.data))}
	kh, kw, i := w.shape[1], w.shape[2], w.shape[3]
	for at := range out.data {
		first, u, v, c := at/(kh*kw*i), at/(kw*i)%kh, at/i%kw, at%i
		out.data[at] = w.data[((first*i+c)*kh+u)*kw+v]
	}
	return out
}
