// Package scoreblog shows the figures of Song 2021, "Generative Modeling by Estimating
// Gradients of the Data Distribution" (yang-song.net/blog/2021/score), as things that
// run: [Field], a density with its score and Langevin dynamics; [Pitfalls], the score that
// a small network learns by one noise scale and by many; [Sheet], SDE and ODE paths of
// one number over the density of every time; [Pixel], the same of one pixel of a trained
// network; [Tutorial], the score tutorial's network and samplers.
//
// Langevin dynamics is written as the article has it, x + ε·s + √(2ε)·z: half of NCSN's
// step size.
package scoreblog
