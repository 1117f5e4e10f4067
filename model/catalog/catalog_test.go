package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const one = `{"models": [{
	"id": "fashion", "name": "Fashion-MNIST", "file": "fashion.gguf", "size": 3,
	"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"licence": "MIT", "training": "make train",
	"data": {"name": "Fashion-MNIST", "source": "Debian dataset-fashion-mnist", "licence": "MIT"},
	"classes": ["T-shirt/top", "Trouser"],
	"metrics": [{"name": "Agreement", "value": 0.9}]
}]}`

func TestParse(t *testing.T) {
	c, err := Parse([]byte(one))
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Find("fashion")
	if err != nil {
		t.Fatal(err)
	}
	if m.Classes[1] != "Trouser" || m.Metrics[0].Value != 0.9 || m.Data.Licence != "MIT" {
		t.Errorf("got %+v", m)
	}
	if _, err := c.Find("cifar"); err == nil || !strings.Contains(err.Error(), "fashion") {
		t.Errorf("Find of an unknown id: %v", err)
	}
}

func TestThePageOffersNoExhibitsModels(t *testing.T) {
	second := strings.TrimSuffix(strings.TrimPrefix(one, `{"models": [`), "]}")
	second = strings.NewReplacer(`"id": "fashion"`, `"id": "shown"`, `"size"`, `"use": "exhibit", "size"`).Replace(second)
	c, err := Parse([]byte(`{"models": [` + second + "," + strings.TrimPrefix(one, `{"models": [`)))
	if err != nil {
		t.Fatal(err)
	}
	if offered := c.Page(); len(c.Models) != 2 || len(offered) != 1 || offered[0].ID != "fashion" {
		t.Errorf("%d models, of which the page offers %+v", len(c.Models), offered)
	}
	if m, err := c.Find("shown"); err != nil || m.Use != Exhibit {
		t.Errorf("Find of an exhibit's model: %+v, %v", m, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"no JSON", one, "<!doctype html>", "cannot be read"},
		{"a tail", one, one + "{}", "after its end"},
		{"no models", one, `{"models": []}`, "empty"},
		{"an unknown field", `"id"`, `"idea": 1, "id"`, "idea"},
		{"no name", `"name": "Fashion-MNIST", "file"`, `"file"`, "name is missing"},
		{"no data licence", `, "licence": "MIT"},`, `},`, "data.licence"},
		{"a path", "fashion.gguf", "../fashion.gguf", "plain file name"},
		{"no size", `"size": 3`, `"size": 0`, "size is 0"},
		{"a short hash", "ba7816bf", "ba", "sha256"},
		{"an upper-case hash", "ba7816bf", "BA7816BF", "sha256"},
		{"an unknown use", `"size": 3`, `"use": "page", "size": 3`, "use is"},
		{"nothing for the page", `"size": 3`, `"use": "exhibit", "size": 3`, "none for the page"},
		{"a nameless metric", `"Agreement"`, `""`, "metric"},
	} {
		text := strings.Replace(one, c.old, c.new, 1)
		if text == one {
			t.Fatalf("%s: nothing was replaced", c.name)
		}
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, expected %q", c.name, err, c.want)
		}
	}
	_, err := Parse([]byte(`{"models": [` + entry() + "," + entry() + "]}"))
	if err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a repeated id: got %v", err)
	}
}

func entry() string { return one[strings.Index(one, "[")+1 : strings.LastIndex(one, "]")] }

// TestShippedCatalog checks that the list and the files beside it are one.
func TestShippedCatalog(t *testing.T) {
	dir := filepath.Join("..", "..", "web", "models")
	text, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range c.Models {
		data, err := os.ReadFile(filepath.Join(dir, m.File))
		if errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is listed but not there", m.File)
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != m.SHA256 || int64(len(data)) != m.Size {
			t.Errorf("%s has %d bytes and hash %x, the list says %d and %s", m.File, len(data), sum, m.Size, m.SHA256)
		}
		// Exhibits tell their visitors. Those of 2015 count their steps instead.
		if n := m.TrainingPictures(); n < 1000 && !strings.HasPrefix(m.ID, "dpm2015-") {
			t.Errorf("%s: no metric's note says after how many training pictures it was measured (%d)", m.ID, n)
		}
	}
}
