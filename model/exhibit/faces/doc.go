// Package faces lets the visitor compose a face of attributes, each of which may be
// left open: one network told several things at once, with classifier-free guidance
// (Ho & Salimans 2022, arXiv:2207.12598) away from what it makes when it is told
// nothing. The network adds up a row of its table for every attribute, one of which
// stands for "unknown" (tools/train/model.py).
package faces
