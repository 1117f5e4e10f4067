package rng

import "math"

// block is how many values torch turns into normals at once; a smaller tensor
// takes another path.
const block = 16

// Generator is a torch.Generator on the CPU. It is used by one goroutine at a
// time.
type Generator struct {
	engine mt19937
	kept   float64 // second normal of a pair drawn value by value
	isKept bool
}

// New returns torch.Generator().manual_seed(seed). As in torch, the engine sees
// the low 32 bits only.
func New(seed uint64) *Generator {
	g := &Generator{}
	g.engine.seed(uint32(seed))
	return g
}

// Float32 returns a uniform number in [0, 1) with 24 bits.
func (g *Generator) Float32() float32 {
	return float32(g.engine.uint32()&(1<<24-1)) / (1 << 24)
}

// Float64 returns a uniform number in [0, 1) with 53 bits.
func (g *Generator) Float64() float64 {
	high := uint64(g.engine.uint32())
	low := uint64(g.engine.uint32())
	return float64((high<<32|low)&(1<<53-1)) / (1 << 53)
}

// Uniform fills dst as torch.rand does.
func (g *Generator) Uniform(dst []float32) {
	for i := range dst {
		dst[i] = g.Float32()
	}
}

// Normal fills dst, the values of one tensor in row-major order, as torch.randn
// does. What is drawn depends on len(dst): two halves are not one whole.
func (g *Generator) Normal(dst []float32) {
	if len(dst) < block {
		for i := range dst {
			dst[i] = float32(g.normal())
		}
		return
	}
	g.Uniform(dst)
	whole := len(dst) / block * block
	for i := 0; i < whole; i += block {
		boxMuller(dst[i : i+block])
	}
	if whole < len(dst) {
		last := dst[len(dst)-block:]
		g.Uniform(last)
		boxMuller(last)
	}
}

// boxMuller turns 16 uniform numbers into normal ones in place: value j gives
// the radius and j+8 the angle (Box & Muller 1958). Products are rounded to
// float32 where torch rounds them.
func boxMuller(values []float32) {
	for j := range block / 2 {
		u1 := 1 - values[j] // in (0, 1]
		logU1 := float32(math.Log(float64(u1)))
		radius := float32(math.Sqrt(float64(-2 * logU1)))
		theta := float32(2*math.Pi) * values[j+block/2]
		sin, cos := math.Sincos(float64(theta))
		values[j] = radius * float32(cos)
		values[j+block/2] = radius * float32(sin)
	}
}

// normal draws one number in double precision and keeps the other of its pair.
func (g *Generator) normal() float64 {
	if g.isKept {
		g.isKept = false
		return g.kept
	}
	u1 := g.Float64()
	u2 := g.Float64()
	radius := math.Sqrt(-2 * math.Log1p(-u2))
	sin, cos := math.Sincos(2 * math.Pi * u1)
	g.kept, g.isKept = radius*sin, true
	return radius * cos
}
