package rng

// Constants of MT19937: Matsumoto & Nishimura 1998, table II.
const (
	mtSize   = 624
	mtPeriod = 397
)

// mt19937 is the Mersenne twister with 32-bit outputs.
type mt19937 struct {
	state [mtSize]uint32
	next  int // index of the next word of state to give out
}

// seed fills the state as init_genrand of the authors' 2002 code does.
func (m *mt19937) seed(seed uint32) {
	m.state[0] = seed
	for i := 1; i < mtSize; i++ {
		prev := m.state[i-1]
		m.state[i] = 1812433253*(prev^prev>>30) + uint32(i)
	}
	m.next = mtSize
}

// uint32 returns the next output.
func (m *mt19937) uint32() uint32 {
	if m.next == mtSize {
		m.twist()
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (m *mt19937) twist() {
	for i := range m.state {
		upper := m.state[i] & 0x80000000
		lower := m.state[(i+1)%mtSize] & 0x7fffffff
		y := upper | lower
		m.state[i] = m.state[(i+mtPeriod)%mtSize] ^ y>>1 ^ (y&1)*0x9908b0df
	}
	m.next = 0
}
