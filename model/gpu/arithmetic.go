//go:build js && wasm

package gpu

import (
	"fmt"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/shaders"
)

func (l *lowering) sub(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("sub", nil, shaders.Sub{Count: uint32(count)}, count, float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) div(n fused) {
	count := l.shape(n.Out).Elems()
	l.emit("div", nil, shaders.Div{Count: uint32(count)}, count, float64(count),
		l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

func (l *lowering) mulChannel(n fused) { l.mulEach(n, l.channels(n.Out)) }

// mulPicture multiplies by one value per picture: as mulChannel does, had every
// position one channel.
func (l *lowering) mulPicture(n fused) { l.mulEach(n, 1) }

func (l *lowering) mulEach(n fused, channels int) {
	s := l.shape(n.Out)
	count := s.Elems()
	p := shaders.MulChannel{Count: uint32(count), Picture: uint32(count / s[0]), Channels: uint32(channels)}
	l.emit("mul_channel", nil, p, count, float64(count), l.value(n.In[0]), l.value(n.In[1]), l.value(n.Out))
}

// sum adds up the middle of [outer, count, inner], as channel_sum does the pixels of
// pictures. A single inner value leaves most of its workgroup idle, so that long sums
// are first taken as sums of every kth value.
func (l *lowering) sum(n fused, op graph.Sum) {
	const most = 64 // inner values of the first of two sums
	s := l.shape(n.In[0])
	outer, count, inner := s[:op.From].Elems(), s[op.From:op.To].Elems(), s[op.To:].Elems()
	x := l.value(n.In[0])
	if k := largestDivisor(count, most); inner == 1 && count > most && k > 1 {
		partial := l.scratch("sums", outer*k)
		l.sumMiddle(x, outer, count/k, k, partial)
		x, count = partial, k
	}
	l.sumMiddle(x, outer, count, inner, l.value(n.Out))
}

// sumMiddle writes the sums over count of [outer, count, inner].
func (l *lowering) sumMiddle(x bufferID, outer, count, inner int, y bufferID) {
	const block = 16 // inner values of a workgroup
	p := shaders.ChannelSum{Pictures: uint32(outer), Pixels: uint32(count), Channels: uint32(inner)}
	l.emitGroups("channel_sum", nil, p, spread(outer*ceilDiv(inner, block)), float64(outer*count*inner), x, y)
}

// largestDivisor is the largest divisor of n that is at most limit.
func largestDivisor(n, limit int) int {
	for k := min(n, limit); k > 1; k-- {
		if n%k == 0 {
			return k
		}
	}
	return 1
}

// broadcast follows up to four axes: neighbours that are both repeated, or both not,
// are one.
func (l *lowering) broadcast(n fused) error {
	extents, steps, err := broadcastAxes(l.shape(n.In[0]), l.shape(n.Out))
	if err != nil {
		return err
	}
	count := l.shape(n.Out).Elems()
	l.emit("broadcast", nil, shaders.Broadcast{
		Count: uint32(count), D1: extents[1], D2: extents[2], D3: extents[3],
		Step0: steps[0], Step1: steps[1], Step2: steps[2], Step3: steps[3],
	}, count, float64(count), l.value(n.In[0]), l.value(n.Out))
	return nil
}

// maxAxes is how many axes the kernel follows.
const maxAxes = 4

// broadcastAxes merges the axes of x that is broadcast to y. It returns y's extents
// and, for each, how many values of x lie between neighbours, the innermost last.
func broadcastAxes(x, y tensor.Shape) (extents, steps [maxAxes]uint32, err error) {
	for i := range extents {
		extents[i] = 1
	}
	at, size := maxAxes, uint32(1) // the axis being merged, and the values of x within
	for axis := len(y) - 1; axis >= 0; axis-- {
		if y[axis] == 1 {
			continue
		}
		step := uint32(0)
		if x[axis] > 1 {
			step = size
		}
		if at == maxAxes || (step == 0) != (steps[at] == 0) {
			if at--; at < 0 {
				return extents, steps, fmt.Errorf("%v to %v alternates between more than %d runs of axes: broadcast in two operations", x, y, maxAxes)
			}
			steps[at] = step
		}
		extents[at] *= uint32(y[axis])
		size *= uint32(x[axis])
	}
	return extents, steps, nil
}

// reshape gives the same buffer another name. A state's is copied: it changes when a
// step ends, while the value may be read then.
func (l *lowering) reshape(n fused) {
	x := l.value(n.In[0])
	if l.buffers[x].kind != state {
		l.values[n.Out] = x
		return
	}
	count := uint32(l.shape(n.Out).Elems())
	p := shaders.Broadcast{Count: count, D1: 1, D2: 1, D3: count, Step3: 1}
	l.emit("broadcast", nil, p, int(count), float64(count), x, l.value(n.Out))
}

func (l *lowering) parameter(n fused, op graph.Parameter) { l.values[n.Out] = l.vector(op.Weight) }
