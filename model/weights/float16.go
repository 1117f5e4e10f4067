package weights

import "github.com/x448/float16"

// Float16ToFloat32 expands IEEE 754 binary16 bits. Every value is exact.
func Float16ToFloat32(bits uint16) float32 { return float16.Frombits(bits).Float32() }

// Float32ToFloat16 rounds to the nearest binary16, ties to even; values beyond
// its range become infinite.
func Float32ToFloat16(v float32) uint16 { return float16.Fromfloat32(v).Bits() }
