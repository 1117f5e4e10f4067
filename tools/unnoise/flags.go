package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// must marks flags as required. It panics where one is not defined.
func must(cmd *cobra.Command, flags ...string) {
	for _, flag := range flags {
		if err := cmd.MarkFlagRequired(flag); err != nil {
			panic(err)
		}
	}
}

// kinds says what the value of a flag is, in words for those who type it.
var kinds = map[string]string{
	"int": "a whole number", "uint": "a whole number from 0", "uint64": "a whole number from 0 to 2⁶⁴−1",
	"float64": "a number", "intSlice": "whole numbers with commas between them", "bool": "true or false",
}

// flagError says what is wrong with a flag, without the words of the library that reads it.
func flagError(cmd *cobra.Command, err error) error {
	help := fmt.Sprintf("%s --help lists the flags", cmd.CommandPath())
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		if kind := kinds[invalid.GetFlag().Value.Type()]; kind != "" {
			return fmt.Errorf("--%s is %q, expected %s", invalid.GetFlag().Name, invalid.GetValue(), kind)
		}
	}
	return fmt.Errorf("%s; %s", strings.TrimSuffix(err.Error(), "."), help)
}
