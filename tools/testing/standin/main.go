// Command standin writes a tiny model with random weights, for tests of what
// surrounds a model: pictures of 8×8, 20 timesteps, no classes.
//
//	go run ./tools/testing/standin -out standin.gguf
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"unnoise/model/gguf"
	"unnoise/model/unet/unettest"
)

func main() {
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "standin:", err)
		os.Exit(1)
	}
}

// golden is the network of package unettest, with a timestep for each row of its
// learned time embedding.
const (
	golden    = "learned_no_middle"
	scheduler = `{"num_train_timesteps": 20}`
)

func write(out string) error {
	g, err := unettest.Load(golden)
	if err != nil {
		return err
	}
	set, err := g.Weights()
	if err != nil {
		return err
	}
	set.Scheduler = json.RawMessage(scheduler)
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := gguf.Write(f, set); err != nil {
		return err
	}
	return f.Close()
}
