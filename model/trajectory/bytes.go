package trajectory

import (
	"fmt"
	"image"
	"image/color"
	"math"
)

// Byte maps x ∈ [−1, 1] to 0 … 255, rounding to nearest, ties to even as
// PyTorch and NumPy do. Values outside are clamped; NaN becomes 0.
func Byte(x float32) uint8 {
	v := math.RoundToEven((float64(x) + 1) * 127.5)
	if !(v > 0) {
		return 0
	}
	return uint8(min(v, 255))
}

// Value is the x that Byte maps to b.
func Value(b uint8) float32 { return float32(float64(b)/127.5 - 1) }

// Picture makes an image of one picture, c·h·w values, CHW. One channel is grey,
// three are red, green and blue; of other counts the first is shown as grey.
func Picture(x []float32, c, h, w int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	DrawPicture(img, image.Point{}, x, c, h, w)
	return img
}

// DrawPicture draws one picture with its top left corner at the given point of
// img, inside which it must lie. See Picture.
func DrawPicture(img *image.NRGBA, at image.Point, x []float32, c, h, w int) {
	plane := h * w
	green, blue := 0, 0
	if c == 3 {
		green, blue = plane, 2*plane
	}
	for y := range h {
		row := img.Pix[img.PixOffset(at.X, at.Y+y):]
		for col := range w {
			p := y*w + col
			row[4*col] = Byte(x[p])
			row[4*col+1] = Byte(x[p+green])
			row[4*col+2] = Byte(x[p+blue])
			row[4*col+3] = 255
		}
	}
}

// Grid makes an image of n pictures, NCHW, in rows of columns pictures each.
func Grid(xs []float32, l Layout, columns int) *image.NRGBA {
	columns = max(1, min(columns, l.N))
	rows := (l.N + columns - 1) / columns
	img := image.NewNRGBA(image.Rect(0, 0, columns*l.W, rows*l.H))
	for k := range l.N {
		at := image.Pt(k%columns*l.W, k/columns*l.H)
		DrawPicture(img, at, xs[k*l.Picture():(k+1)*l.Picture()], l.C, l.H, l.W)
	}
	return img
}

// Columns is the number of columns that makes a grid of n pictures most nearly
// square without being taller than wide.
func Columns(n int) int { return int(math.Ceil(math.Sqrt(float64(n)))) }

// Values turns an image into one picture, CHW: grey where channels is 1, red,
// green and blue where it is 3; there is an error for other numbers. What is
// transparent becomes black.
func Values(img image.Image, channels int) ([]float32, error) {
	if channels != 1 && channels != 3 {
		return nil, fmt.Errorf("pictures of %d channels cannot be made from an image", channels)
	}
	bounds := img.Bounds()
	plane := bounds.Dx() * bounds.Dy()
	out := make([]float32, channels*plane)
	for p := range plane {
		pixel := img.At(bounds.Min.X+p%bounds.Dx(), bounds.Min.Y+p/bounds.Dx())
		if channels == 1 {
			out[p] = Value(color.GrayModel.Convert(pixel).(color.Gray).Y)
			continue
		}
		red, green, blue, _ := pixel.RGBA()
		out[p] = Value(uint8(red >> 8))
		out[p+plane] = Value(uint8(green >> 8))
		out[p+2*plane] = Value(uint8(blue >> 8))
	}
	return out, nil
}
