package optest

import (
	_ "embed"
	"encoding/json"
	"testing"

	"unnoise/model/graph"
)

// torchConvolutions is written by tools/golden/convolutions.py.
//
//go:embed testdata/torch_convolutions.json
var torchConvolutions []byte

var threes = graph.Window{Size: 3, Stride: 2, Pad: 1}

// torchConvolutionOps are the operations with the settings that the script has.
var torchConvolutionOps = map[string]graph.Op{
	"conv2d":                    graph.Conv2D{Stride: 1, Pad: graph.Same(1)},
	"conv2d_1x7":                graph.Conv2D{Stride: 1, Pad: graph.Padding{Left: 3, Right: 3}},
	"conv2d_pad_0101":           graph.Conv2D{Stride: 2, Pad: graph.Padding{Bottom: 1, Right: 1}},
	"conv2d_dilated":            graph.Conv2D{Stride: 1, Pad: graph.Same(2), Dilation: 2},
	"conv2d_groups":             graph.Conv2D{Stride: 2, Pad: graph.Same(1), Groups: 2},
	"conv2d_depthwise":          graph.Conv2D{Stride: 1, Pad: graph.Same(3), Groups: 4},
	"conv_transpose2d":          graph.ConvTranspose2D{Stride: 2, Pad: graph.Same(1)},
	"conv_transpose2d_stride_1": graph.ConvTranspose2D{Stride: 1, Pad: graph.Same(1)},
	"conv_transpose2d_everything": graph.ConvTranspose2D{
		Stride: 3, Pad: graph.Same(2), OutputPadding: [2]int{2, 1}, Groups: 2, Dilation: 2,
	},
	"avg_pool2d":     graph.AvgPool2D{Window: threes},
	"max_pool2d":     graph.MaxPool2D{Window: threes},
	"nearest_up":     graph.Resize{Filter: graph.Nearest, Height: 9, Width: 16},
	"nearest_down":   graph.Resize{Filter: graph.Nearest, Height: 3, Width: 5},
	"bilinear_up":    graph.Resize{Filter: graph.Bilinear, Height: 9, Width: 16},
	"bilinear_down":  graph.Resize{Filter: graph.Bilinear, Height: 3, Width: 5},
	"corners_up":     graph.Resize{Filter: graph.BilinearCorners, Height: 9, Width: 16},
	"corners_down":   graph.Resize{Filter: graph.BilinearCorners, Height: 3, Width: 5},
	"corners_to_one": graph.Resize{Filter: graph.BilinearCorners, Height: 1, Width: 1},
}

// TestTorchConvolutions holds the formulas of convolutions, pooling and resizing and
// their backward passes against PyTorch.
func TestTorchConvolutions(t *testing.T) {
	var golden []torchCase
	if err := json.Unmarshal(torchConvolutions, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden) != len(torchConvolutionOps) {
		t.Fatalf("%d golden cases for %d operations", len(golden), len(torchConvolutionOps))
	}
	for _, c := range golden {
		t.Run(c.Name, func(t *testing.T) {
			op, known := torchConvolutionOps[c.Name]
			if !known {
				t.Fatalf("no operation for %s", c.Name)
			}
			compareTorch(t, c, op)
		})
	}
}
