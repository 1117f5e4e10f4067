// Package langevin samples by Langevin dynamics through falling noise levels: NCSN, Song
// & Ermon 2019 (arXiv:1907.05600), and NCSNv2, Song & Ermon 2020 (arXiv:2006.09011), with
// the arithmetic of their programs (github.com/ermongroup/ncsn and ncsnv2).
//
// A step moves x along the score and adds noise z, so that x comes to follow the
// distribution whose score it is. NCSN's paper and its programs do not agree on it:
//
//	x ← x + α/2·s + √α·z      algorithm 1, and the toy program
//	x ← x + α·s + √(2α)·z     the program for pictures, with the same α: twice the step
//
// At noise level σ_i of L the step is α_i = ε·σ_i²/σ_L².
//
// # Layouts
//
// xs is [N, elems], N pictures one after another (NCHW where they are pictures), in the
// networks' own range [0, 1]. Levels are numbered from 0, the noisiest, as networks are
// told them; the papers count from 1.
package langevin
