package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"unnoise/model/gguf"
	"unnoise/model/safetensors"
	"unnoise/model/unet"
	"unnoise/model/weights"
)

// inspection is what inspect finds in a file; its fields are the members of --json.
type inspection struct {
	File      string            `json:"file"`
	Format    string            `json:"format"`
	SizeBytes int               `json:"size_bytes"`
	Metadata  map[string]string `json:"metadata"`
	Config    json.RawMessage   `json:"config,omitempty"`
	Scheduler json.RawMessage   `json:"scheduler,omitempty"`
	// Attributes are what the network can be told, with their options.
	Attributes []unet.Attribute  `json:"attributes,omitempty"`
	Note       string            `json:"note,omitempty"`
	Tensors    []inspectedTensor `json:"tensors"`
	Totals     totals            `json:"totals"`
}

type inspectedTensor struct {
	Name      string `json:"name"`
	Shape     []int  `json:"shape"` // PyTorch's
	Type      string `json:"type"`
	SizeBytes int    `json:"size_bytes"`
	Reason    string `json:"reason,omitempty"` // why it is not stored as the others
}

func newInspectCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Show the config, tensors, types and sizes of a GGUF or safetensors file",
		Example: `  unnoise inspect web/models/fashion.gguf
  unnoise inspect --json diffusion_pytorch_model.safetensors`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("inspect looks into one file, and %d are named", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err == nil && info.IsDir() {
				return fmt.Errorf("%s is a folder; inspect looks into a file, of a diffusers folder the .safetensors one", args[0])
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			found, err := inspect(args[0], data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			if !asJSON {
				return found.print(cmd.OutOrStdout())
			}
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(found)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// inspect looks into a file of either format.
func inspect(file string, data []byte) (*inspection, error) {
	found := &inspection{File: file, SizeBytes: len(data), Metadata: map[string]string{}}
	var err error
	if isGGUF(data) {
		err = found.readGGUF(data)
	} else {
		err = found.readSafetensors(data)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range found.Tensors {
		values := 1
		for _, extent := range t.Shape {
			values *= extent
		}
		found.Totals.add(t.Type, t.Reason, values, t.SizeBytes)
	}
	return found, nil
}

func (found *inspection) readSafetensors(data []byte) error {
	f, err := safetensors.Read(data)
	if err != nil {
		return notModel(data, err)
	}
	found.Format = "safetensors"
	maps.Copy(found.Metadata, f.Metadata)
	for _, t := range f.Tensors {
		found.Tensors = append(found.Tensors, inspectedTensor{t.Name, t.Shape, string(t.DType), len(t.Data), ""})
	}
	return nil
}

// readGGUF lists a model of ours by its true names and shapes, and any other GGUF
// file as it describes itself.
func (found *inspection) readGGUF(data []byte) error {
	f, err := gguf.Parse(data)
	if err != nil {
		return err
	}
	found.Format = "GGUF v3"
	set, err := gguf.Read(data)
	for _, kv := range f.Metadata {
		if err != nil || !strings.HasPrefix(kv.Key, "unnoise.") {
			found.Metadata[kv.Key] = shortened(kv.Value)
		}
	}
	if err != nil {
		found.Note = fmt.Sprintf("not a model this program can run: %v", err)
		for _, t := range f.Tensors {
			shape := slices.Clone(t.Extents)
			slices.Reverse(shape)
			found.Tensors = append(found.Tensors, inspectedTensor{t.Name, shape, t.Type.String(), len(t.Data), ""})
		}
		return nil
	}
	found.Config, found.Scheduler = set.Config, set.Scheduler
	if found.Attributes, err = unet.Attributes(set); err != nil {
		return err
	}
	want := modelType(set)
	for _, name := range set.Names() {
		t := set.Lookup(name)
		found.Tensors = append(found.Tensors, inspectedTensor{name, t.Shape, t.Type.String(), len(t.Data), reason(t, want)})
	}
	return nil
}

// modelType is the type that a model's weights were quantized to: the most compact
// one in it.
func modelType(set *weights.Set) weights.Type {
	has := map[weights.Type]bool{}
	for _, name := range set.Names() {
		has[set.Lookup(name).Type] = true
	}
	for _, t := range []weights.Type{weights.Q4_0, weights.Q8_0, weights.F16} {
		if has[t] {
			return t
		}
	}
	return weights.F32
}

// reason says why a tensor of a model of type want is stored as it is.
func reason(t *weights.Tensor, want weights.Type) string {
	if t.Joined() {
		return weights.ReasonJoined
	}
	stored, why := weights.StoredType(t.Name, t.Shape, want)
	if stored != t.Type {
		return fmt.Sprintf("not %v as usual: its values do not fit, or another program wrote the file", stored)
	}
	return why
}

// shortened prints a metadata value for people: a vocabulary is not for reading.
func shortened(value any) string {
	const limit = 200
	text := []rune(fmt.Sprint(value))
	if len(text) > limit {
		return string(text[:limit]) + "…"
	}
	return string(text)
}

func (found *inspection) print(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s, %d bytes, %d tensors\n", found.File, found.Format, found.SizeBytes, len(found.Tensors))
	if found.Note != "" {
		fmt.Fprintln(w, found.Note)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, key := range slices.Sorted(maps.Keys(found.Metadata)) {
		fmt.Fprintf(table, "  %s\t%q\n", key, found.Metadata[key])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		json json.RawMessage
	}{{"config", found.Config}, {"scheduler", found.Scheduler}} {
		if part.json == nil {
			continue
		}
		text, err := json.MarshalIndent(part.json, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s %s\n", part.name, text)
	}
	if len(found.Attributes) > 0 {
		fmt.Fprintln(w, "\nattributes")
		for _, a := range found.Attributes {
			fmt.Fprintf(w, "  %s: %s\n", a.Name, strings.Join(a.Options, ", "))
		}
	}
	fmt.Fprintln(w)
	table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "tensor\tshape\ttype\tbytes\twhy")
	for _, t := range found.Tensors {
		fmt.Fprintf(table, "%s\t%v\t%s\t%d\t%s\n", t.Name, t.Shape, t.Type, t.SizeBytes, t.Reason)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return found.Totals.print(w)
}
