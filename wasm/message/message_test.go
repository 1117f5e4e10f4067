package message

import (
	"reflect"
	"slices"
	"testing"
)

func TestEveryMessageComesBack(t *testing.T) {
	step := &Step{RunID: 3, Index: 2, T: 481, Xt: []float32{1, 2, 3}, Pred: []float32{4, 5, 6}, Seconds: 0.25}
	last := &Step{RunID: 3, Index: 9, T: -1, Xt: []float32{-1, 0.5}}
	resumed := &Run{RunID: 7, From: 4, Xt: []float32{7, 8}}
	for _, m := range append(slices.Clone(all), step, last, resumed) {
		p, err := protocol.Pack(m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := protocol.Unpack(p.Version, p.Kind, p.Body, slices.Concat(p.Floats...))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("got %+v, expected %+v", got, m)
		}
	}
}
