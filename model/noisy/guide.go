package noisy

import (
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// BuildGuide returns the graph of ∇_x log p_t(y|x), with Build's errors:
//
//	inputs   sample [N, H, W, C], timestep [N], class_labels [N], each 0 … K−1
//	outputs  gradient [N, H, W, C], log_prob [N]
//
// A picture's gradient is its own: that of the sum of all log probabilities.
func BuildGuide(set *weights.Set, batch, height, width int) (*graph.Graph, error) {
	forward, err := Build(set, batch, height, width)
	if err != nil {
		return nil, err
	}
	b := graph.Extend(forward)
	labels := b.Input("class_labels", batch)
	// Without the classifier's own output, which is only on the way here.
	log := b.Apply("log_prob", graph.LogProb{}, forward.Outputs[0].Value, labels)
	ones := b.Fill("ones", 1, batch)
	b.Output("gradient", b.Gradient(log, ones, forward.Inputs[0].Value)[0])
	b.Output("log_prob", log)
	g, err := b.Build()
	if err != nil {
		return nil, err
	}
	g.Outputs = g.Outputs[len(forward.Outputs):]
	return g, nil
}
