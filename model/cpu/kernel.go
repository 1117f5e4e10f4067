package cpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// kernel is one node made ready to run.
type kernel struct {
	scratch int // values of scratch memory it needs
	// run writes the node's value into dst. in has the node's inputs; scratch
	// has at least the values asked for, with any content.
	run func(dst []float32, in [][]float32, scratch []float32)
}

// compileNode picks the operation. in and out are the node's shapes.
func compileNode(op graph.Op, in []tensor.Shape, out tensor.Shape, workers *crew) (kernel, error) {
	switch op := op.(type) {
	case graph.Conv2D:
		return conv2D(op, in, out, workers), nil
	case graph.ConvTranspose2D:
		return convTranspose2D(op, in, out, workers), nil
	case graph.Conv2DWeightGrad:
		return conv2DWeightGrad(op, in, out, workers), nil
	case graph.AvgPool2D:
		return avgPool2D(op, in[0], out, workers), nil
	case graph.AvgPool2DGrad:
		return avgPool2DGrad(op, in[0], out, workers), nil
	case graph.MaxPool2D:
		return maxPool2D(op, in[0], out, workers), nil
	case graph.MaxPool2DGrad:
		return maxPool2DGrad(op, in, workers), nil
	case graph.Resize:
		return resize(op, in[0], out, workers), nil
	case graph.ResizeGrad:
		return resizeGrad(op, in[0], out, workers), nil
	case graph.Linear:
		return linear(op, in, out, workers), nil
	case graph.GroupNorm:
		return groupNorm(op, in[0], workers), nil
	case graph.GroupNormGrad:
		return groupNormGrad(op, in[0], workers), nil
	case graph.LayerNorm:
		return layerNorm(op, in[0], workers), nil
	case graph.InstanceNormPlus:
		return instanceNormPlus(op, in, workers), nil
	case graph.Unary:
		return unary(op, workers)
	case graph.UnaryGrad:
		return unaryGrad(op, workers)
	case graph.RBF:
		return rbf(op, in), nil
	case graph.Attention:
		return attention(op, in[0], in[1], workers), nil
	case graph.AttentionGrad:
		return attentionGrad(op, in[0], in[1], workers), nil
	case graph.Split:
		return split(op, in[0], workers), nil
	case graph.SplitGrad:
		return splitGrad(op, in[0], workers), nil
	case graph.ConcatPositions:
		return concatPositions(in[0], in[1]), nil
	case graph.SlicePositions:
		return slicePositions(op, in[0]), nil
	case graph.HeadContext:
		return headContext(op, in[0], workers), nil
	case graph.HeadApply:
		return headApply(op, in[0], in[1], workers), nil
	case graph.Softmax:
		return softmaxRows(op, in[0], workers), nil
	case graph.SoftmaxGrad:
		return softmaxGrad(op, in[0], workers), nil
	case graph.SoftmaxPositions:
		return softmaxPositions(in[0], workers), nil
	case graph.SoftmaxPositionsGrad:
		return softmaxPositionsGrad(in[0], workers), nil
	case graph.LogSoftmax:
		return logSoftmax(in[0], workers), nil
	case graph.LogSoftmaxGrad:
		return logSoftmaxGrad(in[0], workers), nil
	case graph.LogProb:
		return logProb(in[0], workers), nil
	case graph.CrossEntropy:
		return crossEntropy(in[0]), nil
	case graph.LogProbGrad:
		return logProbGrad(in[0], workers), nil
	case graph.SiLU:
		return silu(workers), nil
	case graph.Add:
		return add(workers), nil
	case graph.AddChannel:
		return addChannel(in[0], workers), nil
	case graph.ScaleShift:
		return scaleShift(op, in[0], workers), nil
	case graph.MulChannel:
		return mulChannel(in[0], workers), nil
	case graph.MulPicture:
		return mulPicture(in[0], workers), nil
	case graph.Sub:
		return sub(workers), nil
	case graph.Div:
		return div(workers), nil
	case graph.Sum:
		return sum(op, in[0], workers), nil
	case graph.Broadcast:
		return broadcast(in[0], out), nil
	case graph.Reshape:
		return reshape(), nil
	case graph.Parameter:
		return parameter(op), nil
	case graph.Fourier:
		return fourier(op), nil
	case graph.Constant:
		return constant(op), nil
	case graph.SiLUGrad:
		return siluGrad(workers), nil
	case graph.Mul:
		return mul(workers), nil
	case graph.Slice:
		return slice(op, in[0], workers), nil
	case graph.SumPool:
		return sumPool(out, workers), nil
	case graph.ChannelSum:
		return channelSum(in[0], out, workers), nil
	case graph.Affine:
		return affine(op, workers), nil
	case graph.Sinusoidal:
		return sinusoidal(op), nil
	case graph.EmbeddingSum:
		return embeddingSum(op, out), nil
	case graph.Embedding:
		return embedding(op, in, out), nil
	case graph.MovingAverage:
		return movingAverage(op, workers), nil
	case graph.AdamStep:
		return adamStep(op, workers), nil
	case graph.SGDStep:
		return sgdStep(workers), nil
	case graph.EmbeddingGrad:
		return embeddingGrad(op, out), nil
	case graph.MatMul:
		return matMul(op, in[0], out, workers), nil
	case graph.Upsample:
		return upsample(in[0], workers), nil
	case graph.Concat:
		return concat(in[0], in[1], workers), nil
	}
	return kernel{}, fmt.Errorf("the CPU executor has no operation %q", op.Kind())
}

// expand returns the values of an optional parameter, nil where it is absent.
func expand(t *weights.Tensor) []float32 {
	if t == nil {
		return nil
	}
	return t.Float32()
}
