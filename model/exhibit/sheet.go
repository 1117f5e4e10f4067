package exhibit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"path"

	"unnoise/model/trajectory"
)

// Sheet is the sample pictures of a data set that the site ships.
type Sheet struct {
	C, H, W  int
	Labels   []int
	Pictures [][]float32 // CHW, in [−1, 1]
}

// Sheet reads the sample pictures of a data set, "fashion" for data/fashion.json.
func (e *Env) Sheet(ctx context.Context, name string) (*Sheet, error) {
	if sheet, ok := e.sheets[name]; ok {
		return sheet, nil
	}
	list := "data/" + name + ".json"
	text, err := e.File(ctx, list)
	if err != nil {
		return nil, err
	}
	var described struct {
		File                             string
		Channels, Width, Height, Columns int
		Labels                           []int
	}
	described.Channels = 1 // unless it says otherwise
	if err := json.Unmarshal(text, &described); err != nil || described.Columns < 1 || described.Width < 1 || described.Height < 1 {
		return nil, fmt.Errorf("%s is not a list of pictures: the site is incomplete", list)
	}
	file, err := e.File(ctx, path.Join("data", described.File))
	if err != nil {
		return nil, err
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("data/%s: %w", described.File, err)
	}
	channels := described.Channels
	all, err := trajectory.Values(img, channels)
	if err != nil {
		return nil, fmt.Errorf("data/%s: %w", described.File, err)
	}
	h, w, width := described.Height, described.Width, img.Bounds().Dx()
	if width != w*described.Columns || len(all) < channels*width*h*((len(described.Labels)+described.Columns-1)/described.Columns) {
		return nil, fmt.Errorf("data/%s is smaller than %s says", described.File, list)
	}
	sheet := &Sheet{C: channels, H: h, W: w, Labels: described.Labels}
	for k := range described.Labels {
		picture := make([]float32, channels*h*w)
		for row := range channels * h {
			c, y := row/h, row%h
			at := c*len(all)/channels + (k/described.Columns*h+y)*width + k%described.Columns*w
			copy(picture[row*w:(row+1)*w], all[at:at+w])
		}
		sheet.Pictures = append(sheet.Pictures, picture)
	}
	e.sheets[name] = sheet
	return sheet, nil
}
