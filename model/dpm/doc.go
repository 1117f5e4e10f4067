// Package dpm is the first diffusion model: Sohl-Dickstein, Weiss, Maheswaranathan &
// Ganguli 2015 (arXiv:1503.03585), and the code that its authors published later.
//
// Data are destroyed step by step, by Gaussian noise ([Gaussian]) or by flipping bits
// ([Binomial]), and a network learns the reverse of every step. What is learned raises
// K, a lower bound on the log likelihood (eq. 14):
//
//	K = −Σ_{t≥2} E KL(q(x^{t−1}|x^t, x^0) ‖ p(x^{t−1}|x^t))
//	    + H_q(X^T|X^0) − H_q(X^1|X^0) − H_p(X^T)
//
// Multiplying the model with a second distribution r(x), to denoise or to fill in what
// is missing, changes every reverse step a little (§2.5, [Evidence]).
//
// # Indices
//
// They are the code's: t = 0 … T−1, and x at index t has had t + 1 steps of noise (the
// paper's x^{t+1}). The network answers for t = 1 … T−1. The reverse chain ends with
// what step 1 gives, x at index 0: the paper's p(x^0|x^1) is the first forward step
// turned round, and adds nothing.
//
// # Where paper and code differ
//
// The code is followed, unless said otherwise. The code's mean is x_t√(1−β) + μ_c√β and
// its variance a sigmoid around β; the paper's networks give both directly. The code's
// units are leaky rectifiers, each convolution of a scale with its own; the paper's are
// softplus, for the sum of all scales. The code's variances β are fixed ([Betas]), the
// paper's are learned: those of the swiss roll are learned here too. The code multiplies
// the divergence of one random step by T though there are T − 1 of them; here it is the
// paper's sum. In the code's training one step is drawn for a whole batch.
package dpm
