package dpm

import (
	"fmt"
	"math"
)

// Binomial is the chain of bits q(x_t = 1|x_{t−1}) = x_{t−1}(1−β_t) + ρβ_t. ρ is the
// resting rate: 0.5 in the paper's table, the data's own rate of ones, 0.2, in its
// heartbeat (whose K − K_null shows it: K_null is that of independent bits of rate 0.2).
type Binomial struct {
	Beta []float64
	Kept []float64 // ∏(1 − Beta[0…t]): the share of the bits that is as it was
	Rest float64   // ρ
}

// NewBinomial returns the chain. The last β may be 1, which leaves nothing of the data.
// The error names what is out of range.
func NewBinomial(betas []float64, rest float64) (Binomial, error) {
	if !(rest > 0 && rest < 1) {
		return Binomial{}, fmt.Errorf("the resting rate is %g; it must lie between 0 and 1", rest)
	}
	if len(betas) < 2 {
		return Binomial{}, fmt.Errorf("a chain has at least 2 steps, not %d", len(betas))
	}
	c := Binomial{Beta: betas, Kept: make([]float64, len(betas)), Rest: rest}
	kept := 1.0
	for t, beta := range betas {
		if !(beta > 0 && (beta < 1 || beta == 1 && t == len(betas)-1)) {
			return Binomial{}, fmt.Errorf("β at t = %d is %.6g; it must lie between 0 and 1", t, beta)
		}
		kept *= 1 - beta
		c.Kept[t] = kept
	}
	return c, nil
}

// Len is the number of steps.
func (c Binomial) Len() int { return len(c.Beta) }

// Rate is q(x_t = 1|x_0); t = −1 is x_0 itself.
func (c Binomial) Rate(x0 float32, t int) float64 {
	kept := 1.0
	if t >= 0 {
		kept = c.Kept[t]
	}
	return kept*float64(x0) + (1-kept)*c.Rest
}

// Forward is q(x_t = 1|x_{t−1} = x).
func (c Binomial) Forward(x float32, t int) float64 {
	return float64(x)*(1-c.Beta[t]) + c.Rest*c.Beta[t]
}

// Posterior is q(x_{t−1} = 1|x_t, x_0) by Bayes' rule, for t ≥ 1.
func (c Binomial) Posterior(x0, xt float32, t int) float64 {
	before := c.Rate(x0, t-1)
	one := before * of(xt, c.Forward(1, t))
	zero := (1 - before) * of(xt, c.Forward(0, t))
	return one / (one + zero)
}

// Odds is the log odds of p(x_{t−1} = 1|x_t): those of a forward step from x_t, and what
// the network adds.
func (c Binomial) Odds(xt, added float32, t int) float64 {
	return float64(added) + logit(c.Forward(xt, t))
}

// Draw writes bits into dst that are 1 where uniform numbers u are below their rates.
// The rate of value i may depend on what dst[i] was.
func Draw(dst []float32, u []float32, rate func(i int) float64) {
	for i := range dst {
		bit := float32(0)
		if float64(u[i]) < rate(i) {
			bit = 1
		}
		dst[i] = bit
	}
}

// Reverse writes x_{t−1} into dst, given x_t, the network's answer and uniform numbers.
func (c Binomial) Reverse(dst, xt []float32, answer Answer, u []float32, t int) {
	Draw(dst, u, func(i int) float64 { return sigmoid(c.Odds(xt[i], answer.Odds[i], t)) })
}

// Divergence is KL(q(x_{t−1}|x_t, x_0) ‖ p(x_{t−1}|x_t)) in bits, the sum over all
// values: divide by the number of samples.
func (c Binomial) Divergence(x0, xt []float32, answer Answer, t int) float64 {
	var sum float64
	for i := range x0 {
		odds := c.Odds(xt[i], answer.Odds[i], t)
		true := c.Posterior(x0[i], xt[i], t)
		sum += (softplus(odds)-true*odds)/math.Ln2 - bitEntropy(true)
	}
	return sum
}

// Ends is the part of K that no network enters, in bits, the sum over the values of
// samples x0: H_q(X^T|X^0) − H_q(X^1|X^0) − H_p(X^T).
func (c Binomial) Ends(x0 []float32) float64 {
	var sum float64
	for _, x := range x0 {
		sum += bitEntropy(c.Rate(x, c.Len()-1)) - bitEntropy(c.Rate(x, 0)) + c.Null()
	}
	return sum
}

// Null is K of independent bits with the resting rate, in bits for one value.
func (c Binomial) Null() float64 { return -bitEntropy(c.Rest) }

// of is the probability of a bit's value where 1 has probability p.
func of(x float32, p float64) float64 {
	if x > 0.5 {
		return p
	}
	return 1 - p
}

// bitEntropy is the entropy in bits of a bit that is 1 with probability p.
func bitEntropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -(p*math.Log2(p) + (1-p)*math.Log2(1-p))
}

func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
