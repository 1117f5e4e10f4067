package ncsnv2

import (
	"context"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/anneal"
	ml "unnoise/model/mathml"
)

// Technique 5 of Song & Ermon 2020, section 3.5: samples are drawn with a moving average of
// the weights. Both kinds of weights are shipped; a run loads the one it is to use.
const (
	averaged  = "ncsnv2-faces"
	asTrained = "ncsnv2-faces-raw"

	averageDecay = 0.999 // ema_decay of tools/train/configs/ncsnv2-faces.json, and the paper's
)

var models = []string{averaged, asTrained}

func averageControl() exhibit.Control {
	return exhibit.Control{ID: "ema", Kind: exhibit.Toggle, Label: "Average the weights (EMA)", Default: "on",
		Tip: "Technique 5: the mean of the weights over the last thousand or so training steps. Off: the weights as the very last step left them, a file of 2 MB more. Leave the seed, so that the noise is the same: the colours of all faces shift together, to whatever tint the last few training pictures had pushed the network."}
}

// load makes the weights ready that the controls ask for, and no others.
func load(ctx context.Context, env *exhibit.Env, s exhibit.State) (*anneal.Model, error) {
	if s.On("ema") {
		return anneal.Load(ctx, env, averaged)
	}
	return anneal.Load(ctx, env, asTrained)
}

// averageEquation is technique 5.
func averageEquation(on bool) exhibit.Equation {
	mean := ml.Symbol{Math: ml.Sup(ml.I("θ"), ml.O("′")), Tip: "The weights with which faces are drawn."}
	weights := ml.Symbol{Math: ml.I("θ"), Tip: "The weights after a training step."}
	decay := ml.Symbol{Math: ml.I("m"), Tip: "How much of the average is kept at each training step."}
	if !on {
		return exhibit.Equation{
			Caption: "Technique 5 is left out: faces are drawn with the weights of the last training step.",
			Symbols: ml.Line(ml.Of(mean), ml.O("="), ml.Of(weights)),
		}
	}
	return exhibit.Equation{
		Caption: "Technique 5: after every training step the weights go into a moving average.",
		Symbols: ml.Line(ml.Of(mean), ml.O("←"), ml.Of(decay), ml.Of(mean), ml.O("+"), ml.Parens(ml.N("1"), ml.O("−"), ml.Of(decay)), ml.Of(weights)),
		Numbers: ml.Line(mean.Math, ml.O("←"), ml.Times(ml.Number(averageDecay), mean.Math), ml.Plus(1-averageDecay, weights.Math)),
	}
}
