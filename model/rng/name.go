package rng

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// SeedOf is the seed that belongs to a name: the first eight bytes of the
// SHA-256 of "seed/name" (seed in decimal), little-endian, without the top bit,
// so that Python and Go read it as the same positive number.
// tools/golden/named_randn.py has the same rule.
func SeedOf(seed uint64, name string) uint64 {
	key := strconv.FormatUint(seed, 10) + "/" + name
	sum := sha256.Sum256([]byte(key))
	return binary.LittleEndian.Uint64(sum[:8]) &^ (1 << 63)
}

// ForName returns the generator that belongs to a name, such as that of a
// tensor, under a seed.
func ForName(seed uint64, name string) *Generator { return New(SeedOf(seed, name)) }
