package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCommittedStrip checks what the page ships: labels in order, padding black,
// every picture present.
func TestCommittedStrip(t *testing.T) {
	dir := filepath.Join("..", "..", "web", "data")
	text, err := os.ReadFile(filepath.Join(dir, "fashion.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s strip
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, s.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sprite, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Labels) != classes*perClass || len(s.Indices) != len(s.Labels) || s.Width != 32 || s.Height != 32 {
		t.Fatalf("%d labels, %d indices, pictures of %d×%d", len(s.Labels), len(s.Indices), s.Width, s.Height)
	}
	if size := sprite.Bounds().Size(); size.X != s.Columns*s.Width || size.Y != len(s.Labels)/s.Columns*s.Height {
		t.Fatalf("the sprite has %v", size)
	}
	for i, label := range s.Labels {
		if label != i/perClass {
			t.Errorf("picture %d has class %d", i, label)
		}
		lit := 0
		for y := range s.Height {
			for x := range s.Width {
				grey := sprite.At(i%s.Columns*s.Width+x, i/s.Columns*s.Height+y).(color.Gray).Y
				inside := x >= pad && y >= pad && x < s.Width-pad && y < s.Height-pad
				if grey != 0 && !inside {
					t.Fatalf("picture %d: the padding at %d,%d is %d", i, x, y, grey)
				}
				if grey != 0 {
					lit++
				}
			}
		}
		if lit == 0 {
			t.Errorf("picture %d is black", i)
		}
	}
}

func TestReadIDX(t *testing.T) {
	write := func(content []byte) string {
		path := filepath.Join(t.TempDir(), "x.gz")
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write(content)
		z.Close()
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := []byte{0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6}
	got, err := readIDX(write(good), 2)
	if err != nil || got.shape[0] != 2 || got.shape[1] != 3 || got.values[5] != 6 {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, content := range map[string][]byte{
		"truncated":  good[:16],
		"header":     good[:7],
		"type":       append([]byte{0, 0, 9}, good[3:]...),
		"rank":       append([]byte{0, 0, 8, 3}, good[4:]...),
		"oversized":  append([]byte{0, 0, 8, 2, 255, 255, 255, 255}, good[8:]...),
		"empty file": nil,
	} {
		if _, err := readIDX(write(content), 2); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := readIDX(filepath.Join(t.TempDir(), "none.gz"), 1); err == nil || !strings.Contains(err.Error(), "apt-get") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestChooseWantsEveryClass(t *testing.T) {
	if _, err := choose(bytes.Repeat([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8}, perClass)); err == nil {
		t.Error("accepted without class 9")
	}
	if _, err := choose([]byte{10}); err == nil {
		t.Error("accepted label 10")
	}
}

// TestCommittedFaces checks that the page ships as many faces as it says, in colour.
func TestCommittedFaces(t *testing.T) {
	dir := filepath.Join("..", "..", "web", "data")
	text, err := os.ReadFile(filepath.Join(dir, "faces.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s strip
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, s.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sprite, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Labels) != faces || s.Channels != 3 || sprite.Bounds().Dx() != s.Columns*s.Width || sprite.Bounds().Dy() != faces/s.Columns*s.Height {
		t.Fatalf("%d faces of %d channels, a sprite of %v", len(s.Labels), s.Channels, sprite.Bounds())
	}
	for i := range faces {
		colours := map[color.Color]bool{}
		for p := range s.Width * s.Height {
			colours[sprite.At(i%s.Columns*s.Width+p%s.Width, i/s.Columns*s.Height+p/s.Width)] = true
		}
		if len(colours) < 4 {
			t.Errorf("face %d has %d colours", i, len(colours))
		}
	}
}
