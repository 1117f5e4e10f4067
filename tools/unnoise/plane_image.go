package main

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"

	"unnoise/model/figure"
)

// Sizes of a drawn plane, in pixels.
const (
	planeSide   = 640
	planeMargin = 12
	lineWidth   = 2
	arrowHead   = 6
)

// roles are the colours of the page's light theme: web/exhibits.css.
var roles = map[figure.Colour]color.NRGBA{
	figure.A: {0x0f, 0x6a, 0x9f, 0xff}, figure.B: {0xc2, 0x41, 0x0c, 0xff}, figure.C: {0x0e, 0x8a, 0x5f, 0xff}, figure.D: {0xa0, 0x3d, 0x8a, 0xff},
	figure.Forward: {0xb4, 0x53, 0x09, 0xff}, figure.Reverse: {0x0f, 0x6a, 0x9f, 0xff}, figure.Quiet: {0x8a, 0x8d, 0x90, 0xff},
}

func role(c figure.Colour) color.NRGBA {
	if found, ok := roles[c]; ok {
		return found
	}
	return color.NRGBA{0x20, 0x20, 0x20, 0xff}
}

// canvas draws the points of a plane.
type canvas struct {
	img    *image.RGBA
	inside image.Rectangle // the plane's range
	x, y   figure.Axis
}

// planeImage draws a plane as the page does, without the numbers on its axes: from back
// to front the density, arrows, paths and particles.
func planeImage(p *figure.Plane) image.Image {
	w, h := planeSide, planeSide
	if !p.Square {
		w = planeSide * 3 / 2
	}
	c := canvas{img: image.NewRGBA(image.Rect(0, 0, w+2*planeMargin, h+2*planeMargin)), x: p.X, y: p.Y}
	c.inside = c.img.Bounds().Inset(planeMargin)
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if p.Density != nil {
		c.density(p.Density)
	}
	for _, a := range p.Arrows {
		c.arrows(a)
	}
	for _, l := range p.Paths {
		for i := 0; i+3 < len(l.Values); i += 2 {
			if dashed := i/2%2 == 1; !l.Dashed || !dashed {
				c.line(c.at(l.Values[i], l.Values[i+1]), c.at(l.Values[i+2], l.Values[i+3]), role(l.Colour))
			}
		}
	}
	for _, cloud := range p.Clouds {
		size := cloud.Size
		if size == 0 {
			size = max(2, min(6, 80/math.Sqrt(float64(1+len(cloud.Values)))))
		}
		for i := 0; i+1 < len(cloud.Values); i += 2 {
			at := c.at(cloud.Values[i], cloud.Values[i+1])
			c.line(place{at[0] - size/2, at[1]}, place{at[0] + size/2, at[1]}, role(cloud.Colour), size)
		}
	}
	return c.img
}

// place is x and y in pixels.
type place [2]float64

func (c canvas) at(x, y float32) place {
	r := c.inside
	return place{
		float64(r.Min.X) + (float64(x)-c.x.Min)/(c.x.Max-c.x.Min)*float64(r.Dx()),
		float64(r.Max.Y) - (float64(y)-c.y.Min)/(c.y.Max-c.y.Min)*float64(r.Dy()),
	}
}

// density fills the range, nothing white and High most of the way to the colour.
func (c canvas) density(d *figure.Density) {
	const strength = .7
	full := role(d.Colour)
	r := c.inside
	for y := range r.Dy() {
		for x := range r.Dx() {
			v := float64(d.Values[y*d.H/r.Dy()*d.W+x*d.W/r.Dx()]) / d.High
			share := strength * max(0, min(1, v))
			of := func(b uint8) uint8 { return uint8(255 + share*(float64(b)-255)) }
			c.img.SetRGBA(r.Min.X+x, r.Min.Y+y, color.RGBA{of(full.R), of(full.G), of(full.B), 255})
		}
	}
}

func (c canvas) arrows(a figure.Arrows) {
	for i := 0; i+3 < len(a.Values); i += 4 {
		x, y := a.Values[i], a.Values[i+1]
		from, to := c.at(x, y), c.at(x+float32(a.Scale)*a.Values[i+2], y+float32(a.Scale)*a.Values[i+3])
		length := math.Hypot(to[0]-from[0], to[1]-from[1])
		if !(length > .5) { // NaN too
			continue
		}
		c.line(from, to, role(a.Colour))
		ux, uy := (to[0]-from[0])/length, (to[1]-from[1])/length
		head := min(arrowHead, length/2)
		for _, side := range []float64{-.5, .5} {
			c.line(to, place{to[0] - head*(ux-side*uy), to[1] - head*(uy+side*ux)}, role(a.Colour))
		}
	}
}

// line draws what of a line is within the plane's range; its width is lineWidth unless
// one is given.
func (c canvas) line(from, to place, colour color.NRGBA, width ...float64) {
	w := float64(lineWidth)
	if len(width) > 0 {
		w = width[0]
	}
	dx, dy := to[0]-from[0], to[1]-from[1]
	length := math.Hypot(dx, dy)
	if far := 4 * planeSide; !(length > 0 && max(math.Abs(from[0]), math.Abs(from[1]), length) < float64(far)) { // NaN too
		return
	}
	nx, ny := -dy/length*w/2, dx/length*w/2
	corners := []place{{from[0] + nx, from[1] + ny}, {to[0] + nx, to[1] + ny}, {to[0] - nx, to[1] - ny}, {from[0] - nx, from[1] - ny}}
	box := image.Rectangle{}
	for _, p := range corners {
		x, y := int(math.Floor(p[0])), int(math.Floor(p[1]))
		box = box.Union(image.Rect(x, y, x+2, y+2))
	}
	ink := vector.NewRasterizer(box.Dx(), box.Dy())
	for i, p := range corners {
		x, y := float32(p[0]-float64(box.Min.X)), float32(p[1]-float64(box.Min.Y))
		if i == 0 {
			ink.MoveTo(x, y)
		} else {
			ink.LineTo(x, y)
		}
	}
	ink.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	ink.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	seen := box.Intersect(c.inside)
	draw.DrawMask(c.img, seen, image.NewUniform(colour), image.Point{}, mask, seen.Min.Sub(box.Min), draw.Over)
}
