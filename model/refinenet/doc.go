// Package refinenet builds the graphs of the score networks of NCSN (Song & Ermon 2019,
// arXiv:1907.05600, appendix A) and NCSNv2 (Song & Ermon 2020, arXiv:2006.09011, appendix
// B) from their config and weights: a RefineNet (Lin et al. 2016, arXiv:1611.06612) with
// dilated convolutions in place of all subsampling but the first.
//
// The authors' programs keep the sizes in a file of settings. Ours has them under its own
// names, and "NCSN" or "NCSNv2" for _class_name ([Config]). Parameters have the names of
// those programs (github.com/ermongroup/ncsn, CondRefineNetDilated; ncsnv2, NCSNv2), so
// that their checkpoints load. [Build] gives, for one batch size and picture size,
//
//	inputs   sample [N, H, W, C] in [0, 1] and noise, timestep [N], the level's number from 0
//	output   sample [N, H, W, C]
//
// which is the score for NCSN. An NCSNv2 is not told the level: its output is the score
// times the level's σ (technique 3), and timestep is not read.
//
// The two differ in more than that. Where NCSN normalises, in every block and with
// coefficients of the level, NCSNv2 does so in the residual blocks and at the end; and
// chained pooling is of means in NCSN, of maxima in NCSNv2. Both are as in the programs:
// the papers say neither.
//
// Labels are the modules' paths ("res1.0", "refine4.crp", …), which is how goldens find
// them.
package refinenet
