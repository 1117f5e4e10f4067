package graph

import "unnoise/model/tensor"

// MeanSquare appends the mean of the squares of a − b, of shape [1].
func (b *Builder) MeanSquare(label string, a, target ID) ID {
	difference := b.Apply(label, Sub{}, a, target)
	square := b.Apply(label, Mul{}, difference, difference)
	mean := b.Mean(label, square, 0, len(b.Shape(square)))
	return b.Apply(label, Reshape{tensor.Shape{1}}, mean)
}
