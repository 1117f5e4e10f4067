package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"unnoise/model/architecture"
	"unnoise/model/gguf"
	"unnoise/model/run"
	"unnoise/model/safetensors"
	"unnoise/model/weights"
)

// conversion is what the flags of convert ask for.
type conversion struct {
	in, config, scheduler string // paths; config and scheduler may be empty
	out                   string
	typ                   string
	join                  bool // rows that blocks do not divide
	dropUnread            bool // tensors that the network does not read, instead of refusing them
	name, license         string
	classes               []string // names, for people
}

func newConvertCommand() *cobra.Command {
	var c conversion
	cmd := &cobra.Command{
		Use:   "convert",
		Short: "Make a quantized GGUF model of a diffusers checkpoint",
		Long: `Make a quantized GGUF model of a 🤗 diffusers checkpoint.

--in is a safetensors file (then --config is needed), a folder as diffusers saves
it, or a GGUF model of convert's. Weights that are not those of the network that
the config describes are refused: one that is missing, has another shape, or that
the network does not read (--drop-unread leaves out such as those of a second
network in the file).

Norms and biases stay F32; the first and last convolution, the time and class
embedding, a noise level's norms, and rows that blocks of 32 do not divide (but for
--join-rows) stay F16. Where --out ends in .safetensors, the weights as they are
after quantization are written as F32 in PyTorch's order, for diffusers to load.`,
		Example: `  unnoise convert --in ddpm-cifar10-32 --type q8_0 --out cifar10.gguf
  unnoise convert --in model.safetensors --config config.json --type f16 \
      --scheduler scheduler_config.json --name "My model" --license mit \
      --classes cat,dog --out my.gguf
  unnoise convert --in my.gguf --type q4_0 --out my-q4_0-expanded.safetensors`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.run(cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&c.in, "in", "", "checkpoint: a .safetensors file, a diffusers folder or a .gguf model")
	flags.StringVar(&c.config, "config", "", "the model's config.json")
	flags.StringVar(&c.scheduler, "scheduler", "", "the scheduler_config.json the model was trained with")
	flags.StringVar(&c.typ, "type", "q8_0", "type of the weights: q8_0, q4_0, f16 or f32")
	flags.BoolVar(&c.join, "join-rows", false, "let blocks run across the ends of rows that 32 does not divide, instead of keeping those F16")
	flags.BoolVar(&c.dropUnread, "drop-unread", false, "leave out tensors that the config's network does not read, instead of refusing them")
	flags.StringVar(&c.out, "out", "", "the file to write")
	flags.StringVar(&c.name, "name", "", "the model's name, for people")
	flags.StringVar(&c.license, "license", "", "the weights' licence, an SPDX identifier")
	flags.StringSliceVar(&c.classes, "classes", nil, "the classes' names in the order of their labels, the null class left out")
	must(cmd, "in", "out")
	return cmd
}

// run converts and reports to stdout what became of the tensors.
func (c *conversion) run(stdout io.Writer) error {
	want, err := weights.ParseType(c.typ)
	if err != nil {
		return fmt.Errorf("--type: %w", err)
	}
	if err := checkOutput(c.out); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	set, err := c.read()
	if err != nil {
		return err
	}
	unread, runs, err := checkNetwork(set)
	if err != nil {
		return fmt.Errorf("%s: the weights and the config make no network that can be run: %w", c.in, err)
	}
	if !c.dropUnread {
		if err := refuseUnread(unread); err != nil {
			return fmt.Errorf("%s: %w", c.in, err)
		}
	}
	for _, name := range unread {
		set.Remove(name)
	}
	for key, text := range map[string]string{"general.name": c.name, "general.license": c.license} {
		if text != "" {
			set.Meta[key] = text
		}
	}
	if err := c.nameClasses(set); err != nil {
		return err
	}
	for _, text := range []*json.RawMessage{&set.Config, &set.Scheduler} {
		if *text, err = compacted(*text); err != nil {
			return fmt.Errorf("%s: %w", c.in, err)
		}
	}
	quantize := weights.QuantizeSet
	if c.join {
		quantize = weights.QuantizeSetJoined
	}
	set, decisions, err := quantize(set, want)
	if err != nil {
		return fmt.Errorf("%s: %w", c.in, err)
	}
	err = writeFile(c.out, func(w io.Writer) error {
		if strings.HasSuffix(c.out, ".safetensors") {
			return safetensors.Write(w, safetensors.FromWeights(set))
		}
		return gguf.Write(w, set)
	})
	if err != nil {
		return err
	}
	if len(unread) > 0 {
		fmt.Fprintf(stdout, "Left out, since the network does not read them: %s.\n", strings.Join(unread, ", "))
	}
	if !runs {
		fmt.Fprintln(stdout, "This program does not run networks of the config's _class_name, and has not checked that all weights are there.")
	}
	return reportConversion(stdout, c.out, decisions)
}

// nameClasses puts the classes' names into the metadata. There must be as many as
// the network has classes.
func (c *conversion) nameClasses(set *weights.Set) error {
	if c.classes == nil {
		return nil
	}
	text, err := json.Marshal(c.classes)
	if err != nil {
		return err
	}
	set.Meta[run.MetaClasses] = string(text)
	if _, err := architecture.All.ReadInfo(set); err != nil {
		return fmt.Errorf("--classes: %w", err)
	}
	return nil
}

// read reads the checkpoint of any of the three kinds.
func (c *conversion) read() (*weights.Set, error) {
	set, err := c.readCheckpoint()
	if err != nil {
		return nil, err
	}
	if c.scheduler != "" {
		if set.Scheduler, err = readJSONFile(c.scheduler); err != nil {
			return nil, err
		}
	}
	if c.config != "" {
		if set.Config, err = readJSONFile(c.config); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func (c *conversion) readCheckpoint() (*weights.Set, error) {
	info, err := os.Stat(c.in)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		set, err := safetensors.ReadFolder(os.DirFS(c.in))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.in, err)
		}
		return set, nil
	}
	data, err := os.ReadFile(c.in)
	if err != nil {
		return nil, err
	}
	if isGGUF(data) {
		set, err := gguf.Read(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.in, err)
		}
		return set, nil
	}
	if c.config == "" && isSafetensors(data) {
		return nil, errors.New("--config is missing: a safetensors file needs the config.json of its model")
	}
	f, err := safetensors.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.in, notModel(data, err))
	}
	set, err := f.Weights(nil) // read sets the config
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.in, err)
	}
	return set, nil
}

func isGGUF(data []byte) bool { return bytes.HasPrefix(data, []byte("GGUF")) }

// isSafetensors tells whether a file begins as safetensors files do, with a header that is
// a JSON object.
func isSafetensors(data []byte) bool { return len(data) > 8 && data[8] == '{' }

// notModel adds to what the reader of safetensors says of a file that is none.
func notModel(data []byte, err error) error {
	if isSafetensors(data) {
		return err
	}
	return fmt.Errorf("neither a GGUF nor a safetensors file (%w)", err)
}

// readJSONFile reads a file that holds a JSON object.
func readJSONFile(path string) (json.RawMessage, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, fmt.Errorf("%s is not a JSON object: %w", path, err)
	}
	return text, nil
}

// compacted is a JSON text without the spaces between its parts, or nil for nil.
func compacted(text json.RawMessage) (json.RawMessage, error) {
	if text == nil {
		return nil, nil
	}
	var b bytes.Buffer
	err := json.Compact(&b, text)
	return b.Bytes(), err
}

// reportConversion prints the size, and for each type and reason the number of
// tensors and bytes.
func reportConversion(w io.Writer, out string, decisions []weights.Decision) error {
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	var t totals
	for _, d := range decisions {
		t.add(d.Type.String(), d.Reason, d.Shape.Elems(), d.SizeBytes)
	}
	if _, err := fmt.Fprintf(w, "%s: %d bytes\n", out, info.Size()); err != nil {
		return err
	}
	return t.print(w)
}
