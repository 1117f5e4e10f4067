package main

import (
	"errors"

	"github.com/spf13/cobra"
)

func newServeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the page (bin/unnoise only)",
		RunE: func(*cobra.Command, []string) error {
			return errors.New("this program has no network; bin/unnoise serve serves the page")
		},
		DisableFlagParsing: true, // whatever was asked for, the answer is the same
	}
}
