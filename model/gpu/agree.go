package gpu

// How far the outputs of two programs of one graph may be apart, ‖a−b‖/‖b‖: networks are
// tested to 3e-5 and 3e-3 of what they should be, each program on its side of it.
const (
	agreeF32 = 1e-4
	agreeF16 = 1e-2
)

// agree reports whether two programs have computed the same, as closely as their
// precision has it. What is not finite agrees with what is not either: such inputs say
// nothing about the programs.
func agree(a, b [][]float32, within float64) bool {
	for i := range b {
		difference, norm := 0.0, 0.0
		for j, v := range b[i] {
			if finite(v) != finite(a[i][j]) {
				return false
			}
			if !finite(v) {
				continue
			}
			d := float64(a[i][j]) - float64(v)
			difference += d * d
			norm += float64(v) * float64(v)
		}
		if !(difference <= within*within*norm) {
			return false
		}
	}
	return true
}

func finite(v float32) bool { return v-v == 0 }
