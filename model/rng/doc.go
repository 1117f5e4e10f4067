// Package rng draws the numbers of torch.randn on the CPU.
//
//	g := torch.Generator().manual_seed(seed)
//	torch.randn(shape, generator=g)
//
// The uniform bits are exactly torch's; the normal numbers agree within 1e-6,
// because torch's vectorised logarithm, sine and cosine differ from Go's in the
// last bits. One generator may be drawn from again and again, as in torch.
//
// # What torch does
//
// The engine is MT19937 (Matsumoto & Nishimura 1998), seeded by the low 32 bits
// of the seed. A float takes 24 bits of one output, a double 53 bits of two. A
// tensor of 16 values or more is filled with uniform numbers, and each block of
// 16 is turned into normals by Box–Muller, value j paired with j+8; where the
// size is not a multiple of 16, the last 16 values are drawn anew. A smaller one
// is drawn value by value in double precision, and the second normal of a pair
// is kept for the next such draw.
//
// # Weights by name
//
// [ForName] gives each tensor of a test network its own generator, so that
// Python and Go make the same weights and no file of weights is needed.
package rng
