package dpm

import "context"

// GaussianTerm estimates the divergence of step t in K: the mean over the values of
// samples x0, which noise z makes x_t, in bits. N × values each.
func (n *Network) GaussianTerm(ctx context.Context, g Gaussian, x0, z []float32, t int) (float64, error) {
	xt := make([]float32, len(x0))
	g.Diffuse(xt, x0, z, t)
	answer, err := n.AskAt(ctx, xt, t)
	if err != nil {
		return 0, err
	}
	return g.Divergence(x0, xt, answer, t), nil
}

// BinomialTerm estimates the divergences of K at the steps t, one for each of the samples
// x0, which uniform numbers u make x_t: the mean over the samples, in bits for a whole
// sample.
func (n *Network) BinomialTerm(ctx context.Context, c Binomial, x0, u []float32, t []int) (float64, error) {
	values := n.Config.Values()
	xt := make([]float32, len(x0))
	Draw(xt, u, func(i int) float64 { return c.Rate(x0[i], t[i/values]) })
	answer, err := n.Ask(ctx, xt, t)
	if err != nil {
		return 0, err
	}
	var sum float64
	for k, step := range t {
		from, to := k*values, (k+1)*values
		sum += c.Divergence(x0[from:to], xt[from:to], Answer{Odds: answer.Odds[from:to]}, step)
	}
	return sum / float64(len(t)), nil
}

// K puts the bound together: divergences is their sum over all steps, ends what Ends
// says, both in bits of the same thing.
func K(divergences, ends float64) float64 { return ends - divergences }
