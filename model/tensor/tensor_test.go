package tensor

import (
	"slices"
	"testing"
)

func TestShape(t *testing.T) {
	for _, c := range []struct {
		shape Shape
		elems int
		text  string
	}{
		{nil, 1, "[]"},
		{Shape{3}, 3, "[3]"},
		{Shape{1, 32, 8, 4}, 1024, "[1, 32, 8, 4]"},
		{Shape{2, 0}, 0, "[2, 0]"},
	} {
		if c.shape.Elems() != c.elems || c.shape.String() != c.text {
			t.Errorf("%v has %d elements, want %s and %d", c.shape, c.shape.Elems(), c.text, c.elems)
		}
	}
	if (Shape{2, 3}).Equal(Shape{3, 2}) || !(Shape{}).Equal(nil) {
		t.Error("Equal is wrong")
	}
}

func TestFrom(t *testing.T) {
	if _, err := From(make([]float32, 5), 2, 3); err == nil {
		t.Error("5 values accepted for shape [2, 3]")
	}
	data := []float32{1, 2}
	x, err := From(data, 2, 1)
	if err != nil || &x.Data[0] != &data[0] {
		t.Errorf("From copies or fails: %v", err)
	}
	if x := New(2, 3); len(x.Data) != 6 || !x.Shape.Equal(Shape{2, 3}) {
		t.Errorf("New: %v with %d values", x.Shape, len(x.Data))
	}
}

// The value at (n, c, y, x) is 1000n+100c+10y+x, so that each place can be read.
func TestLayouts(t *testing.T) {
	const n, c, h, w = 2, 3, 4, 5
	nchw := make([]float32, n*c*h*w)
	nhwc := make([]float32, n*c*h*w)
	for i := range n {
		for ch := range c {
			for y := range h {
				for x := range w {
					v := float32(1000*i + 100*ch + 10*y + x)
					nchw[((i*c+ch)*h+y)*w+x] = v
					nhwc[((i*h+y)*w+x)*c+ch] = v
				}
			}
		}
	}
	got := make([]float32, len(nchw))
	if NCHWToNHWC(got, nchw, n, c, h, w); !slices.Equal(got, nhwc) {
		t.Errorf("NCHWToNHWC: %v", got)
	}
	if NHWCToNCHW(got, nhwc, n, c, h, w); !slices.Equal(got, nchw) {
		t.Errorf("NHWCToNCHW: %v", got)
	}
}
