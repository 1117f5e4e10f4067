// Package catalog reads the list of models that a site ships, models/index.json.
// The page offers what it lists, and the engine believes a download only if its
// size and hash are the listed ones.
package catalog

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// Catalog is the content of index.json.
type Catalog struct {
	Models []Model `json:"models"`
}

// Model describes one shipped model.
type Model struct {
	ID      string   `json:"id"`     // as in run.Spec.Model and in links
	Name    string   `json:"name"`   // for people
	File    string   `json:"file"`   // beside index.json
	Size    int64    `json:"size"`   // bytes
	SHA256  string   `json:"sha256"` // 64 lower-case hex digits
	Licence string   `json:"licence"`
	Data    Data     `json:"data"`
	Classes []string `json:"classes"` // names, in the order of the labels; empty without classes
	// Metrics are what was measured of the model, in the order they are shown.
	Metrics []Metric `json:"metrics"`
	// Training is the command that trains it, as typed in the project's root.
	Training string `json:"training"`
	// Pictures is the JSON file of the data set's sample pictures, relative to
	// index.json; empty without any.
	Pictures string `json:"pictures,omitempty"`
	// Use says who offers the model: "" for the page of models, [Exhibit] for the
	// exhibits alone, whose pictures or conditions that page has no controls for.
	Use string `json:"use,omitempty"`
}

// Exhibit is the Use of a model that only exhibits load.
const Exhibit = "exhibit"

// Page returns the models that the page of models offers, in their order.
func (c *Catalog) Page() []*Model {
	var models []*Model
	for i := range c.Models {
		if c.Models[i].Use == "" {
			models = append(models, &c.Models[i])
		}
	}
	return models
}

// Data says what a model was trained on.
type Data struct {
	Name    string `json:"name"`
	Source  string `json:"source"` // where it is to be had
	Licence string `json:"licence"`
}

// Metric is one measured figure.
type Metric struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"`
	Note  string  `json:"note,omitempty"` // how it was measured
}

// Parse reads index.json and checks every entry. The error names the model and
// the field.
func Parse(data []byte) (*Catalog, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var c Catalog
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("the list of models cannot be read: %w", err)
	}
	if decoder.More() {
		return nil, fmt.Errorf("the list of models has something after its end")
	}
	if len(c.Models) == 0 {
		return nil, fmt.Errorf("the list of models is empty")
	}
	seen := map[string]bool{}
	for i, m := range c.Models {
		if err := m.check(); err != nil {
			return nil, fmt.Errorf("model %d (%q) in the list of models: %w", i, m.ID, err)
		}
		if seen[m.ID] {
			return nil, fmt.Errorf("model %q is in the list of models twice", m.ID)
		}
		seen[m.ID] = true
	}
	if len(c.Page()) == 0 {
		return nil, fmt.Errorf("the list of models has none for the page of models, only for exhibits")
	}
	return &c, nil
}

// Find returns the model of that id. The error lists the ids there are.
func (c *Catalog) Find(id string) (*Model, error) {
	ids := make([]string, len(c.Models))
	for i := range c.Models {
		if c.Models[i].ID == id {
			return &c.Models[i], nil
		}
		ids[i] = c.Models[i].ID
	}
	return nil, fmt.Errorf("there is no model %q here; there is %s", id, strings.Join(ids, ", "))
}

func (m Model) check() error {
	for _, field := range []struct{ name, value string }{
		{"id", m.ID}, {"name", m.Name}, {"file", m.File}, {"licence", m.Licence}, {"training", m.Training},
		{"data.name", m.Data.Name}, {"data.source", m.Data.Source}, {"data.licence", m.Data.Licence},
	} {
		if strings.TrimSpace(field.value) == "" {
			return fmt.Errorf("%s is missing", field.name)
		}
	}
	switch {
	case m.File != path.Base(m.File) || m.File == "." || m.File == "..":
		return fmt.Errorf("file is %q, expected a plain file name", m.File)
	case m.Size <= 0:
		return fmt.Errorf("size is %d, expected the file's bytes", m.Size)
	case m.Use != "" && m.Use != Exhibit:
		return fmt.Errorf("use is %q, expected %q or none", m.Use, Exhibit)
	case !isSHA256(m.SHA256):
		return fmt.Errorf("sha256 is %q, expected 64 lower-case hex digits", m.SHA256)
	}
	for _, metric := range m.Metrics {
		if metric.Name == "" {
			return fmt.Errorf("a metric has no name")
		}
	}
	return nil
}

func isSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32 && text == strings.ToLower(text)
}
