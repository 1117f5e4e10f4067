package main

import (
	"fmt"
	"os"

	"unnoise/model/gguf"
	"unnoise/model/safetensors"
	"unnoise/model/weights"
)

// readModelFile reads a GGUF model of convert's, or a checkpoint in a folder as
// diffusers saves it.
func readModelFile(path string) (*weights.Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var set *weights.Set
	if info.IsDir() {
		set, err = safetensors.ReadFolder(os.DirFS(path))
	} else {
		var data []byte
		if data, err = os.ReadFile(path); err != nil {
			return nil, err
		}
		if !isGGUF(data) {
			return nil, fmt.Errorf("%s is not a GGUF file; unnoise convert makes one of a diffusers checkpoint", path)
		}
		set, err = gguf.Read(data)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return set, nil
}
