// Command unnoise is the engineers' side of Unnoise: it converts and inspects models
// and runs them without a browser.
//
// Built natively it computes on the CPU. Built for js/wasm, and started by
// bin/unnoise-gpu on Node, it computes on WebGPU.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"unnoise/model/exhibit/all"
)

func main() {
	ctx, stop := interruptible(context.Background())
	err := rootCommand().ExecuteContext(ctx)
	stop()
	switch {
	case err == nil:
		os.Exit(0) // Node would wait for the GPU otherwise
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "Stopped; nothing was written.")
		os.Exit(130) // as a shell reports an interrupt
	}
	fmt.Fprintln(os.Stderr, "Error:", err)
	os.Exit(1)
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "unnoise",
		Short: "Run, convert and inspect diffusion models",
		Long: `Run, convert and inspect diffusion models.

The same model, class, sampler, steps, guidance and seed give the same pictures
here, in bin/unnoise-gpu and on the page.`,
		Example: `  unnoise serve
  unnoise inspect web/models/fashion.gguf
  unnoise sample --model web/models/fashion.gguf --class 7 --n 16 --out sneakers.png
  unnoise exhibits
  unnoise schedule --name cosine --T 1000`,
		SilenceUsage:  true, // an error is about the input, not the usage
		SilenceErrors: true, // main prints it
	}
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newSampleCommand(),
		newLikelihoodCommand(),
		newExhibitsCommand(all.Exhibits()),
		newExhibitCommand(all.Exhibits()),
		newForwardCommand(),
		newConvertCommand(),
		newInspectCommand(),
		newScheduleCommand(),
		newNoiseCommand(),
		newServeCommand(),
	)
	return root
}
