//go:build js && wasm

package gpu_test

import (
	"fmt"
	"slices"
	"testing"

	"unnoise/model/gpu"
	"unnoise/model/graph"
	"unnoise/model/unet"
	"unnoise/model/unet/drawn"
)

// TestProjectionsAreJoined compares a U-Net with itself where the projections of time
// are outputs, which keeps them apart: joined they take one dispatch and change nothing.
func TestProjectionsAreJoined(t *testing.T) {
	dev := open(t)
	for _, norm := range []string{"default", "scale_shift"} {
		t.Run(norm, func(t *testing.T) {
			set, err := drawn.Weights([]byte(`{
				"_class_name": "UNet2DModel", "sample_size": 8, "in_channels": 3, "out_channels": 3,
				"block_out_channels": [32, 64], "layers_per_block": 2, "norm_num_groups": 8,
				"down_block_types": ["DownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "UpBlock2D"],
				"add_attention": false, "resnet_time_scale_shift": "`+norm+`"}`), nil)
			if err != nil {
				t.Fatal(err)
			}
			g, err := unet.Build(set, 2, 8, 8)
			if err != nil {
				t.Fatal(err)
			}
			apart, projections := *g, 0
			apart.Outputs = slices.Clone(g.Outputs)
			for _, n := range g.Nodes {
				if _, ok := n.Op.(graph.AddChannel); ok || n.Op.Kind() == "scale_shift" {
					apart.Outputs = append(apart.Outputs, graph.Port{Name: fmt.Sprint(projections), Value: n.In[1]})
					projections++
				}
			}
			precisions := []gpu.Precision{gpu.F32}
			if dev.Features.ShaderF16 {
				precisions = append(precisions, gpu.F16)
			}
			for _, precision := range precisions {
				joined := compile(t, dev, g, gpu.Options{Precision: precision})
				separate := compile(t, dev, &apart, gpu.Options{Precision: precision})
				extra := 0
				if precision == gpu.F16 { // each output is widened
					extra = projections
				}
				if got, want := joined.Stats().Dispatches, separate.Stats().Dispatches-extra-projections+1; projections < 11 || got != want {
					t.Errorf("%v: %d dispatches joined, expected %d", precision, got, want)
				}
				in, out := arrays(g)
				_, all := arrays(&apart)
				if err := joined.Run(t.Context(), in, out); err != nil {
					t.Fatal(err)
				}
				if err := separate.Run(t.Context(), in, all); err != nil {
					t.Fatal(err)
				}
				if e := relativeError(out[0], all[0]); e != 0 {
					t.Errorf("%v: joined differs by %.2g", precision, e)
				}
			}
		})
	}
}
