//go:build js && wasm

package gpu

import (
	"unnoise/model/graph"
	"unnoise/shaders"
)

// instanceNormPlus takes the moments of every channel, makes one shift of the
// channels' means, and normalises.
func (l *lowering) instanceNormPlus(n fused, op graph.InstanceNormPlus) {
	s := l.shape(n.Out)
	c := s[3]
	x := normed{batch: s[0], pixels: s[1] * s[2], groups: c, a: l.value(n.In[0]), b: l.dummy, channelsA: c}
	style, step, beta := l.style(n, op)
	st := l.statistics(x)
	shift := l.scratch("shift", x.batch*c)
	l.emitGroups("instance_norm_plus_shift", nil, shaders.InstanceNormPlusShift{
		Channels: uint32(c), Slabs: uint32(st.slabs), NormEps: float32(op.Eps), StyleStep: uint32(step), Beta: flag(beta),
	}, [3]uint32{uint32(x.batch), 1, 1}, 8*float64(x.batch*c*st.slabs), st.buffer, style, shift)
	overrides := shaders.Overrides{"RUN": uint32(l.norm.run)}
	if n.activated {
		overrides["FUNC"] = uint32(n.activation.Func)
	}
	l.emit("instance_norm_plus", overrides, shaders.InstanceNormPlus{
		Batch: uint32(x.batch), Pixels: uint32(x.pixels), Channels: uint32(c),
		Slabs: uint32(st.slabs), NormEps: float32(op.Eps), StyleStep: uint32(step), Alpha: float32(n.activation.Alpha),
	}, x.batch*ceilDiv(x.pixels, l.norm.run)*c, 8*x.cost(), x.a, st.buffer, style, shift, l.value(n.Out))
}

// style is the buffer of γ, α and perhaps β, and how far apart pictures' are.
func (l *lowering) style(n fused, op graph.InstanceNormPlus) (id bufferID, step int, beta bool) {
	if len(n.In) == 2 {
		s := l.shape(n.In[1])
		if s[0] > 1 {
			step = s[1]
		}
		return l.value(n.In[1]), step, s[1] == 3*l.channels(n.Out)
	}
	if op.Beta == nil {
		return l.vector(op.Gamma, op.Alpha), 0, false
	}
	return l.vector(op.Gamma, op.Alpha, op.Beta), 0, true
}
