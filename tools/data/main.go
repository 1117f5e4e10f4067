// Command data makes the strip of sample pictures that the page offers to noise:
// the first ten pictures of every class of Fashion-MNIST's test split, in their
// order there, padded to the model's size.
//
//	go run ./tools/data [-from /usr/share/datasets/fashion-mnist] [-to web/data]
//	go run ./tools/data -faces runs/data/faces [-to web/data]
//
// It writes fashion.png, a grey sprite, and fashion.json, which says what is
// where. The data set is Debian's package dataset-fashion-mnist. With -faces it writes
// faces.png and faces.json instead, of the faces that were drawn there.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

const (
	classes  = 10
	perClass = 10 // the sprite's columns; each class is a row
	pad      = 2  // black pixels on every side, as in training: 28 → 32
)

// strip is the content of fashion.json.
type strip struct {
	Name     string `json:"name"`
	Source   string `json:"source"`
	Licence  string `json:"licence"`
	File     string `json:"file"`               // the sprite, beside this file
	Channels int    `json:"channels,omitempty"` // 3 where it is in colour
	Width    int    `json:"width"`              // of one picture, pixels
	Height   int    `json:"height"`             // of one picture, pixels
	Columns  int    `json:"columns"`            // picture i is in column i % columns, row i / columns
	Labels   []int  `json:"labels"`             // class of picture i
	Indices  []int  `json:"indices"`            // its place in the test split
}

func main() {
	from := flag.String("from", "/usr/share/datasets/fashion-mnist", "folder of the IDX files")
	to := flag.String("to", filepath.Join("web", "data"), "folder to write to")
	drawn := flag.String("faces", "", "folder of the drawn faces: writes their strip")
	flag.Parse()
	var err error
	if *drawn != "" {
		err = writeFaces(*drawn, *to)
	} else {
		err = write(*from, *to)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "data:", err)
		os.Exit(1)
	}
}

func write(from, to string) error {
	pictures, err := readIDX(filepath.Join(from, "t10k-images-idx3-ubyte.gz"), 3)
	if err != nil {
		return err
	}
	labels, err := readIDX(filepath.Join(from, "t10k-labels-idx1-ubyte.gz"), 1)
	if err != nil {
		return err
	}
	chosen, err := choose(labels.values)
	if err != nil {
		return err
	}
	height, width := pictures.shape[1], pictures.shape[2]
	s := strip{
		Name:    "Fashion-MNIST, test split",
		Source:  "Debian package dataset-fashion-mnist (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747)",
		Licence: "MIT, copyright 2017 Zalando SE",
		File:    "fashion.png",
		Width:   width + 2*pad,
		Height:  height + 2*pad,
		Columns: perClass,
		Indices: chosen,
	}
	sprite := image.NewGray(image.Rect(0, 0, perClass*s.Width, classes*s.Height))
	for i, index := range chosen {
		s.Labels = append(s.Labels, int(labels.values[index]))
		picture := pictures.values[index*height*width:][:height*width]
		left, top := i%perClass*s.Width+pad, i/perClass*s.Height+pad
		for y := range height {
			copy(sprite.Pix[sprite.PixOffset(left, top+y):], picture[y*width:(y+1)*width])
		}
	}
	return save(to, "fashion.json", s, sprite)
}

// choose returns the places of the first perClass pictures of every class, class
// by class.
func choose(labels []byte) ([]int, error) {
	var found [classes][]int
	for i, label := range labels {
		if int(label) >= classes {
			return nil, fmt.Errorf("label %d of picture %d, expected less than %d", label, i, classes)
		}
		if len(found[label]) < perClass {
			found[label] = append(found[label], i)
		}
	}
	var chosen []int
	for class, indices := range found {
		if len(indices) < perClass {
			return nil, fmt.Errorf("class %d has only %d pictures, expected %d", class, len(indices), perClass)
		}
		chosen = append(chosen, indices...)
	}
	return chosen, nil
}

func writePNG(path string, picture image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, picture); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}
