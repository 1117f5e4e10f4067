// Command unnoise is the engineers' side of Unnoise: it converts and inspects models
// and runs them without a browser.
package main

import (
	"os"

	"github.com/spf13/cobra"
)

func main() {
	if err := rootCommand().Execute(); err != nil {
		os.Exit(1) // cobra has printed it
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:          "unnoise",
		Short:        "Run, convert and inspect diffusion models",
		SilenceUsage: true, // an error is about the input, not the usage
	}
	root.AddCommand(newConvertCommand(), newInspectCommand())
	return root
}
