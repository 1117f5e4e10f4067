// Package ncsnv2 shows the improved techniques of noise conditional score networks: Song
// & Ermon 2020 (arXiv:2006.09011). Its rules choose the noise levels and the steps for
// real pictures, live; a trained network shows what each is good for, and its chains
// interpolate.
package ncsnv2
