package safetensors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// metadataName is the member of the header that is no tensor.
const metadataName = "__metadata__"

// entry is a tensor as the header describes it.
type entry struct {
	tensor     Tensor
	begin, end uint64 // bytes, from the start of the data
}

// parseHeader reads the JSON object of tensors by name. Spaces may follow it.
func parseHeader(header []byte) (metadata map[string]string, entries []entry, err error) {
	if !utf8.Valid(header) {
		return nil, nil, fmt.Errorf("the header is not UTF-8")
	}
	if len(header) == 0 || header[0] != '{' {
		return nil, nil, fmt.Errorf("the header starts with %.20q, expected {: not a safetensors file", header)
	}
	d := json.NewDecoder(bytes.NewReader(header))
	err = object(d, func(name string) error {
		if name == metadataName {
			metadata, err = readMetadata(d)
			return err
		}
		e, err := readEntry(d)
		if err != nil {
			return fmt.Errorf("tensor %q: %w", name, err)
		}
		e.tensor.Name = name
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, nil, fmt.Errorf("header: more follows the object of tensors, expected spaces")
	}
	return metadata, entries, nil
}

func readMetadata(d *json.Decoder) (map[string]string, error) {
	metadata := map[string]string{}
	err := object(d, func(key string) error {
		token, err := d.Token()
		if err != nil {
			return err
		}
		text, ok := token.(string)
		if !ok {
			return fmt.Errorf("%q is %v, expected a string", key, token)
		}
		metadata[key] = text
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", metadataName, err)
	}
	return metadata, nil
}

func readEntry(d *json.Decoder) (entry, error) {
	var e entry
	var shape, offsets []uint64
	err := object(d, func(key string) error {
		var err error
		switch key {
		case "dtype":
			err = d.Decode(&e.tensor.DType)
		case "shape":
			err = d.Decode(&shape)
		case "data_offsets":
			err = d.Decode(&offsets)
		default:
			return fmt.Errorf("unknown member %q, expected dtype, shape and data_offsets", key)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	})
	switch {
	case err != nil:
		return e, err
	case shape == nil:
		return e, fmt.Errorf("shape is missing")
	case len(offsets) != 2:
		return e, fmt.Errorf("data_offsets are %v, expected a begin and an end", offsets)
	}
	e.tensor.Shape = make([]int, len(shape))
	for i, extent := range shape {
		if extent > math.MaxInt {
			return e, fmt.Errorf("shape %v has more values than memory can address", shape)
		}
		e.tensor.Shape[i] = int(extent)
	}
	e.begin, e.end = offsets[0], offsets[1]
	return e, nil
}

// object reads a JSON object from d and calls member, which reads the value, for
// each name. It refuses a name that appears twice.
func object(d *json.Decoder, member func(name string) error) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("found %v, expected an object", token)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name := token.(string) // the decoder lets nothing else stand here
		if seen[name] {
			return fmt.Errorf("%q appears twice", name)
		}
		seen[name] = true
		if err := member(name); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
