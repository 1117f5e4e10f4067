package unet

import "unnoise/model/graph"

// embeddings is the time embedding plus, where the network has classes, the class
// embedding: [N, embeddingDim].
func (n *network) embeddings(timestep graph.ID, batch int) graph.ID {
	c := n.config
	dim := c.embeddingDim()
	x := n.timestepEmbedding("time_embedding", n.timeProj("time_proj", timestep))
	if !c.ClassEmbedding() {
		return x
	}
	var class graph.ID
	switch {
	case c.ClassEmbedType == nil:
		class = n.embedding("class_embedding", n.Input("class_labels", batch), *c.NumClassEmbeds, dim)
	case *c.ClassEmbedType == "timestep":
		labels := n.timeProj("class_embedding.time_proj", n.Input("class_labels", batch))
		class = n.timestepEmbedding("class_embedding", labels)
	case len(n.attributes) > 0:
		class = n.attributeEmbedding(n.attributes, batch, dim)
	default: // "identity"
		class = n.Input("class_labels", batch, dim)
	}
	return n.Apply("class_embedding.add", graph.Add{}, x, class)
}

// timeProj turns timesteps [N] into vectors [N, block_out_channels[0]].
func (n *network) timeProj(label string, timestep graph.ID) graph.ID {
	c := n.config
	if c.TimeEmbeddingType == "learned" {
		table := n.weight("time_proj.weight", *c.NumTrainTimesteps, c.BlockOutChannels[0])
		return n.Apply(label, graph.Embedding{Weight: table}, timestep)
	}
	return n.Apply(label, graph.Sinusoidal{
		Dim:          c.BlockOutChannels[0],
		FlipSinToCos: c.FlipSinToCos,
		FreqShift:    c.FreqShift,
		MaxPeriod:    10000,
	}, timestep)
}

// timestepEmbedding is diffusers' TimestepEmbedding; its activation is always silu.
func (n *network) timestepEmbedding(label string, x graph.ID) graph.ID {
	dim := n.config.embeddingDim()
	x = n.linear(label+".linear_1", x, dim)
	return n.linear(label+".linear_2", n.silu(label+".act", x), dim)
}
