package weights

import (
	"math"
	"strings"
	"testing"

	"unnoise/model/tensor"
)

func TestStoredType(t *testing.T) {
	for _, c := range []struct {
		name   string
		shape  tensor.Shape
		want   Type
		stored Type
		reason string // a part of it
	}{
		{"mid_block.resnets.0.conv1.weight", tensor.Shape{96, 96, 3, 3}, Q8_0, Q8_0, ""},
		{"mid_block.resnets.0.conv1.weight", tensor.Shape{96, 96, 3, 3}, Q4_0, Q4_0, ""},
		{"mid_block.resnets.0.conv1.weight", tensor.Shape{96, 96, 3, 3}, F16, F16, ""},
		{"mid_block.resnets.0.conv1.weight", tensor.Shape{96, 96, 3, 3}, F32, F32, ""},
		{"mid_block.resnets.0.time_emb_proj.weight", tensor.Shape{192, 128}, Q8_0, Q8_0, ""},
		{"mid_block.resnets.0.conv1.weight", tensor.Shape{96, 30, 3, 3}, Q8_0, F16, "rows of 270"},
		{"mid_block.resnets.0.conv1.bias", tensor.Shape{96}, Q8_0, F32, "norm or bias"},
		{"mid_block.resnets.0.norm1.weight", tensor.Shape{96}, F16, F32, "norm or bias"},
		{"conv_in.weight", tensor.Shape{32, 32, 3, 3}, Q8_0, F16, "first convolution"},
		{"conv_out.weight", tensor.Shape{1, 32, 3, 3}, Q4_0, F16, "last convolution"},
		{"time_embedding.linear_2.weight", tensor.Shape{128, 128}, Q8_0, F16, "time embedding"},
		{"class_embedding.weight", tensor.Shape{11, 128}, Q8_0, F16, "class embedding"},
		{"class_embedding.weight", tensor.Shape{11, 128}, F32, F32, ""},
	} {
		stored, reason := StoredType(c.name, c.shape, c.want)
		if stored != c.stored || !strings.Contains(reason, c.reason) || (reason == "") != (c.reason == "") {
			t.Errorf("%s %v as %v: %v %q, want %v %q", c.name, c.shape, c.want, stored, reason, c.stored, c.reason)
		}
	}
}

func TestQuantizeSet(t *testing.T) {
	s := NewSet([]byte(`{"_class_name": "UNet2DModel"}`))
	s.Scheduler = []byte(`{}`)
	s.Meta["general.name"] = "small"
	large := make([]float32, 64)
	large[5] = 1e5 // beyond F16, within Q8_0 and Q4_0
	huge := make([]float32, 64)
	huge[5] = 1e7 // beyond Q4_0's scale
	for name, values := range map[string][]float32{"a.weight": large, "b.weight": huge} {
		x, err := FromTorch(name, F32, tensor.Shape{2, 32}, values)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	for want, stored := range map[Type][2]Type{F32: {F32, F32}, F16: {F32, F32}, Q8_0: {Q8_0, F32}, Q4_0: {Q4_0, F32}} {
		got, decisions, err := QuantizeSet(s, want)
		if err != nil {
			t.Fatal(err)
		}
		if string(got.Config) != string(s.Config) || string(got.Scheduler) != string(s.Scheduler) || got.Meta["general.name"] != "small" {
			t.Errorf("%v: config, scheduler or metadata lost", want)
		}
		for i, name := range []string{"a.weight", "b.weight"} {
			x := got.Lookup(name)
			if x.Type != stored[i] || decisions[i].Type != stored[i] || decisions[i].Name != name {
				t.Errorf("%v: %s is %v, decision %+v, want %v", want, name, x.Type, decisions[i], stored[i])
			}
			if decisions[i].SizeBytes != len(x.Data) {
				t.Errorf("%v: %s: decision says %d bytes, stored %d", want, name, decisions[i].SizeBytes, len(x.Data))
			}
			if (decisions[i].Reason == "") != (x.Type == want) {
				t.Errorf("%v: %s: reason %q", want, name, decisions[i].Reason)
			}
			for j, v := range x.Float32() {
				if math.IsInf(float64(v), 0) || math.IsNaN(float64(v)) {
					t.Errorf("%v: %s[%d] = %v", want, name, j, v)
				}
			}
		}
	}
}

func TestQuantizeSetNeedsFiniteValues(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
		s := NewSet(nil)
		x, err := FromTorch("a.weight", F32, tensor.Shape{2}, []float32{0, float32(bad)})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(x); err != nil {
			t.Fatal(err)
		}
		_, _, err = QuantizeSet(s, F16)
		if err == nil || !strings.Contains(err.Error(), `"a.weight"`) || !strings.Contains(err.Error(), "value 1") {
			t.Errorf("%v: error %v, want one that names tensor and value", bad, err)
		}
	}
}
