package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"unnoise/model/weights"
)

// The files of a diffusers folder (ModelMixin.save_pretrained, DiffusionPipeline).
const (
	configFile    = "config.json"
	weightsFile   = "diffusion_pytorch_model.safetensors"
	shardsFile    = "diffusion_pytorch_model.safetensors.index.json" // of weights in several files
	pickleFile    = "diffusion_pytorch_model.bin"
	schedulerFile = "scheduler_config.json"
)

// ReadFolder makes a set of weights of a folder as diffusers saves it: a model's
// (config.json beside diffusion_pytorch_model.safetensors, or beside the several files of
// a large model and their index), or a pipeline's, which has these in unet/. The scheduler's config is taken where there is one, from beside
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
	f, err := readWeights(dir, base)
	if err != nil {
		return nil, err
	}
	set, err := f.Weights(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Join(base, weightsFile), err)
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

// readWeights reads a model's tensors, from one file or from several.
func readWeights(dir fs.FS, base string) (*File, error) {
	file := path.Join(base, weightsFile)
	f, err := readFile(dir, file)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if text, err := fs.ReadFile(dir, path.Join(base, shardsFile)); err == nil {
		return readShards(dir, base, text)
	}
	if _, pickle := fs.Stat(dir, path.Join(base, pickleFile)); pickle == nil {
		return nil, fmt.Errorf("%s: only %s is there: load it in diffusers and save it with safe_serialization=True", file, pickleFile)
	}
	// Such as diffusion_pytorch_model.fp16.safetensors.
	if others, _ := fs.Glob(dir, path.Join(base, "*.safetensors")); len(others) > 0 {
		return nil, fmt.Errorf("%s is not there, but %s is: name that file, with its config", file, others[0])
	}
	return nil, err
}

// readShards reads the files that an index names.
func readShards(dir fs.FS, base string, index []byte) (*File, error) {
	var found struct {
		Files map[string]string `json:"weight_map"` // by tensor
	}
	if err := json.Unmarshal(index, &found); err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path.Join(base, shardsFile), err)
	}
	whole := &File{}
	for _, name := range slices.Compact(slices.Sorted(maps.Values(found.Files))) {
		if path.Base(name) != name {
			return nil, fmt.Errorf("%s names %q, expected a file beside it", path.Join(base, shardsFile), name)
		}
		part, err := readFile(dir, path.Join(base, name))
		if err != nil {
			return nil, err
		}
		whole.Tensors = append(whole.Tensors, part.Tensors...)
	}
	for name := range found.Files {
		if whole.Lookup(name) == nil {
			return nil, fmt.Errorf("%s: tensor %q is in none of the files", path.Join(base, shardsFile), name)
		}
	}
	return whole, nil
}

func readFile(dir fs.FS, file string) (*File, error) {
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		return nil, err
	}
	f, err := Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return f, nil
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
