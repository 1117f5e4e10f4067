//go:build js && wasm

package gpu

import "unnoise/shaders"

func (l *lowering) channelSum(n fused) {
	const block = 16 // channels of a workgroup
	c := l.channels(n.Out)
	pictures := l.shape(n.Out).Elems() / c
	values := l.shape(n.In[0]).Elems()
	p := shaders.ChannelSum{Pictures: uint32(pictures), Pixels: uint32(values / pictures / c), Channels: uint32(c)}
	l.emitGroups("channel_sum", nil, p, spread(pictures*ceilDiv(c, block)), float64(values), l.value(n.In[0]), l.value(n.Out))
}
