package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"unnoise/model/catalog"
	"unnoise/model/exhibit"
	"unnoise/model/gguf"
	"unnoise/model/graph"
	"unnoise/model/weights"
)

// folderHost is the world of exhibits on the command line: the files of a site's
// folder, the executor, and nobody who gives orders.
type folderHost struct {
	folder string // with models/index.json and data
	exec   *executor
}

// Weights reads a model of the list, checked against its size and hash.
func (h folderHost) Weights(_ context.Context, model string) (*weights.Set, error) {
	text, err := os.ReadFile(filepath.Join(h.folder, "models", "index.json"))
	if err != nil {
		return nil, fmt.Errorf("the models are looked for in the folder %q: %w; name the site's folder with --models", h.folder, err)
	}
	list, err := catalog.Parse(text)
	if err != nil {
		return nil, err
	}
	found, err := list.Find(model)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(h.folder, "models", found.File)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("model %q: %w", model, err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != found.SHA256 {
		return nil, fmt.Errorf("%s is not the listed model %q: %d bytes with SHA-256 %x, expected %d with %s", path, model, len(data), sum, found.Size, found.SHA256)
	}
	set, err := gguf.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return set, nil
}

func (h folderHost) File(_ context.Context, path string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(h.folder, filepath.FromSlash(path)))
	if err != nil {
		return nil, fmt.Errorf("%w; name the site's folder with --models", err)
	}
	return data, nil
}

func (h folderHost) Compile(ctx context.Context, g *graph.Graph) (graph.Program, error) {
	return h.exec.compile(ctx, g)
}

func (folderHost) Orders() <-chan exhibit.Order { return nil }
