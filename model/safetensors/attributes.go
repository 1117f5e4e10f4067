package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"unnoise/model/weights"
)

// The files of a network that is told attributes, which the project's training writes
// beside a diffusers checkpoint (tools/train/model.py): the words, and their table.
const (
	attributesFile      = "attributes.json"
	attributeTableFile  = "attributes.safetensors"
	attributeTableThere = "weight"
)

// readAttributes adds the attributes' table and words to the set, where the folder
// has them.
func readAttributes(dir fs.FS, base string, set *weights.Set) error {
	words := path.Join(base, attributesFile)
	text, err := fs.ReadFile(dir, words)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !json.Valid(text) {
		return fmt.Errorf("%s is not JSON", words)
	}
	file := path.Join(base, attributeTableFile)
	data, err := fs.ReadFile(dir, file)
	if err != nil {
		return err
	}
	f, err := Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	table := f.Lookup(attributeTableThere)
	if table == nil {
		return fmt.Errorf("%s: tensor %q is missing", file, attributeTableThere)
	}
	t, err := table.weight()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	t.Name = weights.AttributeTable
	if err := set.Add(t); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	set.Meta[weights.MetaAttributes] = string(text)
	return nil
}
