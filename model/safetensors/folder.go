package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"unnoise/model/weights"
)

// The files of a diffusers folder (ModelMixin.save_pretrained, DiffusionPipeline).
const (
	configFile    = "config.json"
	weightsFile   = "diffusion_pytorch_model.safetensors"
	pickleFile    = "diffusion_pytorch_model.bin"
	schedulerFile = "scheduler_config.json"
)

// ReadFolder makes a set of weights of a folder as diffusers saves it: a model's
// (config.json beside diffusion_pytorch_model.safetensors), or a pipeline's, which
// has these in unet/. The scheduler's config is taken where there is one, from beside
// the model or from scheduler/. So are attributes.json and attributes.safetensors, which
// the project's training writes for a network that is told attributes. Errors name the
// file.
func ReadFolder(dir fs.FS) (*weights.Set, error) {
	base := "."
	if _, err := fs.Stat(dir, configFile); errors.Is(err, fs.ErrNotExist) {
		if _, err := fs.Stat(dir, path.Join("unet", configFile)); err == nil {
			base = "unet"
		}
	}
	config, err := readJSON(dir, path.Join(base, configFile))
	if err != nil {
		return nil, err
	}
	file := path.Join(base, weightsFile)
	data, err := fs.ReadFile(dir, file)
	if errors.Is(err, fs.ErrNotExist) {
		if _, pickle := fs.Stat(dir, path.Join(base, pickleFile)); pickle == nil {
			return nil, fmt.Errorf("%s: only %s is there: load it in diffusers and save it with safe_serialization=True", file, pickleFile)
		}
	}
	if err != nil {
		return nil, err
	}
	f, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	set, err := f.Weights(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := readAttributes(dir, base, set); err != nil {
		return nil, err
	}
	for _, file := range []string{path.Join(base, schedulerFile), path.Join("scheduler", schedulerFile)} {
		set.Scheduler, err = readJSON(dir, file)
		if err == nil {
			break
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return set, nil
}

// readJSON reads a file that holds a JSON object.
func readJSON(dir fs.FS, file string) (json.RawMessage, error) {
	text, err := fs.ReadFile(dir, file)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("%s is not a JSON object: %w", file, err)
	}
	if members == nil {
		return nil, fmt.Errorf("%s is null, expected a JSON object", file)
	}
	return text, nil
}
