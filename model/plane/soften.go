package plane

import "fmt"

// Soften multiplies the deviation of every component. Softened by 0 a mixture is a
// [Cloud]: its means, each as likely as its weight.
func (m *Mixture) Soften(factor float64) *Mixture {
	out := &Mixture{components: m.Components()}
	for k := range out.components {
		out.components[k].Std *= factor
	}
	return out
}

// mostStrokes is how many Gaussians a drawing becomes at most.
const mostStrokes = 400

// Drawn is the mixture of Gaussians of one deviation at points drawn by hand, x, y in
// the order in which they were drawn. Of many points it takes as many as are computed
// quickly, evenly.
func Drawn(points []float32, std float64) (*Mixture, error) {
	n := len(points) / 2
	if n == 0 || len(points)%2 != 0 {
		return nil, fmt.Errorf("a drawing of %d values has no points x, y", len(points))
	}
	keep := min(n, mostStrokes)
	components := make([]Gaussian, keep)
	for k := range components {
		i := k * n / keep
		components[k] = Gaussian{1, float64(points[2*i]), float64(points[2*i+1]), std}
	}
	return NewMixture(components...)
}
