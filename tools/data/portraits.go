package main

import (
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
)

const (
	faceSize = 16
	faces    = 20 // the first of the test split
)

// writeFaces writes faces.png and faces.json: the first faces of the test split that
// tools/data/faces has drawn into from.
func writeFaces(from, to string) error {
	name := filepath.Join(from, "test.bin")
	drawn, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("%w: node tools/data/faces/build.mjs %s draws them", err, from)
	}
	const size = 3 * faceSize * faceSize
	if len(drawn) < faces*size {
		return fmt.Errorf("%s has %d bytes, expected %d or more", name, len(drawn), faces*size)
	}
	s := strip{
		Name:     "Pixel faces, test split",
		Source:   "DiceBear pixel-art, drawn by tools/data/faces",
		Licence:  "CC0 1.0",
		File:     "faces.png",
		Channels: 3,
		Width:    faceSize,
		Height:   faceSize,
		Columns:  perClass,
		Labels:   make([]int, faces), // one class: faces
	}
	sprite := image.NewRGBA(image.Rect(0, 0, perClass*faceSize, faces/perClass*faceSize))
	for i := range faces {
		s.Indices = append(s.Indices, i)
		for p := range faceSize * faceSize {
			rgb := drawn[i*size+3*p:]
			sprite.SetRGBA(i%perClass*faceSize+p%faceSize, i/perClass*faceSize+p/faceSize, color.RGBA{rgb[0], rgb[1], rgb[2], 255})
		}
	}
	return save(to, "faces.json", s, sprite)
}

// save writes a sprite and what says what is where.
func save(to, list string, s strip, sprite image.Image) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if err := writePNG(filepath.Join(to, s.File), sprite); err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, list), append(text, '\n'), 0o644)
}
