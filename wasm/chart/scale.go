package chart

import (
	"math"

	"unnoise/model/figure"
)

// scale maps an axis to pixels: Min to from, Max to to.
type scale struct {
	axis     figure.Axis
	from, to float64
}

func (s scale) at(v float64) float64 {
	low, high := s.axis.Min, s.axis.Max
	if s.axis.Log {
		low, high, v = math.Log(low), math.Log(high), math.Log(v)
	}
	return s.from + (v-low)/(high-low)*(s.to-s.from)
}

// ticks are as many as there is room for, one in about each so many pixels.
func (s scale) ticks(each float64) []Tick {
	most := int(math.Max(1, math.Abs(s.to-s.from)/each))
	if s.axis.Log {
		return LogTicks(s.axis.Min, s.axis.Max, most)
	}
	return Ticks(s.axis.Min, s.axis.Max, most)
}

// fitted is the axis as the values need it, unless it says its range. Values that no
// logarithm has are passed over.
func fitted(axis figure.Axis, values func(yield func(float64))) figure.Axis {
	if axis.Min != axis.Max {
		return axis
	}
	low, high := math.Inf(1), math.Inf(-1)
	values(func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && (!axis.Log || v > 0) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	})
	switch {
	case low > high && axis.Log:
		low, high = 1, 10
	case low > high:
		low, high = 0, 1
	case axis.Log:
		low, high = low/1.15, high*1.15
	case low == high:
		pad := math.Max(math.Abs(low)/10, 0.5)
		low, high = low-pad, high+pad
	default:
		pad := (high - low) * 0.05
		if low != 0 {
			low -= pad
		}
		if high != 0 {
			high += pad
		}
	}
	axis.Min, axis.Max = low, high
	return axis
}
