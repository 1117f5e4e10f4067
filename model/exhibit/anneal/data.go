package anneal

import (
	"context"
	"fmt"

	"unnoise/model/exhibit"
	"unnoise/model/exhibit/chain"
	"unnoise/model/figure"
)

// Data is the sample pictures of a data set in the range of these networks, [0, 1].
type Data struct {
	C, H, W  int
	Labels   []int
	Pictures [][]float32 // CHW
}

// margin is how much of the site's Fashion pictures is padding on each side: the data are
// 28 × 28.
const margin = 2

// LoadData reads the sample pictures of "fashion" or "faces".
func LoadData(ctx context.Context, env *exhibit.Env, name string) (*Data, error) {
	sheet, err := env.Sheet(ctx, name)
	if err != nil {
		return nil, err
	}
	cut := 0
	if name == "fashion" {
		cut = margin
	}
	d := &Data{C: sheet.C, H: sheet.H - 2*cut, W: sheet.W - 2*cut, Labels: sheet.Labels}
	if len(sheet.Pictures) < 2 || min(d.H, d.W) < 1 {
		return nil, fmt.Errorf("the sample sheet %q has %d pictures of %d×%d: the site is incomplete", name, len(sheet.Pictures), sheet.H, sheet.W)
	}
	for _, from := range sheet.Pictures {
		d.Pictures = append(d.Pictures, within(from, d.C, sheet.H, sheet.W, cut))
	}
	return d, nil
}

// within is a picture of the site, CHW in [−1, 1], without its margin and in [0, 1].
func within(picture []float32, c, h, w, cut int) []float32 {
	out := make([]float32, 0, c*(h-2*cut)*(w-2*cut))
	for row := range c * h {
		if y := row % h; y < cut || y >= h-cut {
			continue
		}
		for _, v := range picture[row*w+cut : (row+1)*w-cut] {
			out = append(out, (v+1)/2)
		}
	}
	return out
}

// Garment is the picture of the Fashion sheet that chain.PictureControls chose, 28 × 28 in
// [0, 1].
func Garment(ctx context.Context, env *exhibit.Env, s exhibit.State) ([]float32, error) {
	sheet, err := env.Sheet(ctx, "fashion")
	if err != nil {
		return nil, err
	}
	picture, _, err := chain.Picture(ctx, env, s, "")
	if err != nil {
		return nil, err
	}
	return within(picture, sheet.C, sheet.H, sheet.W, margin), nil
}

// Elems is the number of values of a picture.
func (d *Data) Elems() int { return d.C * d.H * d.W }

// Grid shows pictures of the range [0, 1], cut to it as the programs do. captions may be
// nil.
func Grid(c, h, w int, values []float32, columns int, captions []string) *figure.Pictures {
	shown := make([]float32, len(values))
	for i, v := range values {
		shown[i] = 2*min(1, max(0, v)) - 1
	}
	return &figure.Pictures{C: c, H: h, W: w, Columns: columns, Values: shown, Map: figure.Tone, Captions: captions}
}
