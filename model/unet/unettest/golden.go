package unettest

import (
	"embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"strings"

	"unnoise/model/graph"
	"unnoise/model/tensor"
	"unnoise/model/weights"
)

//go:embed testdata/*.json
var files embed.FS

// Golden is one network with its inputs and what diffusers made of them.
type Golden struct {
	Name     string
	Config   json.RawMessage
	Size     [2]int    // height and width
	Timestep []float32 // [N]
	// Attributes is the JSON of weights.MetaAttributes, where the network is told some.
	Attributes json.RawMessage
	// ClassLabels has N labels, or N × attributes; it is empty where the network takes none, or takes
	// vectors, which are drawn by name.
	ClassLabels []float32 `json:"class_labels"`
	Parameters  []Parameter
	Shape       [4]int   // of the output, NCHW
	Output      floats   // NCHW
	Modules     []Module // in the order of computation
	// Build makes the graph of the weights; nil is unet.Build.
	Build func(set *weights.Set, batch, height, width int) (*graph.Graph, error) `json:"-"`
}

// Parameter is the name and shape of a tensor, as diffusers has it.
type Parameter struct {
	Name  string
	Shape tensor.Shape
}

// UnmarshalJSON reads ["conv_in.weight", 32, 1, 3, 3].
func (p *Parameter) UnmarshalJSON(text []byte) error {
	var row []json.RawMessage
	if err := json.Unmarshal(text, &row); err != nil {
		return err
	}
	if len(row) < 2 {
		return fmt.Errorf("%s is not a parameter", text)
	}
	if err := json.Unmarshal(row[0], &p.Name); err != nil {
		return err
	}
	p.Shape = make(tensor.Shape, len(row)-1)
	for i := range p.Shape {
		if err := json.Unmarshal(row[1+i], &p.Shape[i]); err != nil {
			return err
		}
	}
	return nil
}

// Module is a part of the network whose result is known in a few places.
type Module struct {
	Name   string
	RMS    float64
	Values floats // at even distances in NCHW order
}

// Names lists the goldens.
func Names() []string {
	entries, err := files.ReadDir("testdata")
	if err != nil {
		panic(err) // embedded
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".json")
	}
	return names
}

// Load reads a golden file.
func Load(name string) (Golden, error) {
	text, err := files.ReadFile(path.Join("testdata", name+".json"))
	if err != nil {
		return Golden{Name: name}, err
	}
	return Parse(name, text)
}

// Parse reads the text of a golden file.
func Parse(name string, text []byte) (Golden, error) {
	g := Golden{Name: name}
	if err := json.Unmarshal(text, &g); err != nil {
		return g, fmt.Errorf("golden %s: %w", name, err)
	}
	return g, nil
}

// floats are float32 values, little-endian in base64.
type floats []float32

func (f *floats) UnmarshalJSON(text []byte) error {
	var packed string
	if err := json.Unmarshal(text, &packed); err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return err
	}
	*f = make(floats, len(data)/4)
	for i := range *f {
		(*f)[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return nil
}
