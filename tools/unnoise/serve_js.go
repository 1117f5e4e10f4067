package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func newServeCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "serve",
		Short:   "Serve the page (bin/unnoise only)",
		Long:    "This program runs on Node for its WebGPU and has no network. bin/unnoise serves the page.",
		Example: "  bin/unnoise serve",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("this program has no network; bin/unnoise serve serves the page")
		},
		// Whatever else was asked for, the answer is the same.
		Args:               cobra.ArbitraryArgs,
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
	}
}
