package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"unnoise/model/exhibit"
)

func newExhibitsCommand(list []*exhibit.Exhibit) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "exhibits",
		Short: "List the exhibits: the methods that the page shows at work",
		Long: `List the exhibits, in historical order: the methods that the page shows at work, and
that unnoise exhibit runs. --json gives all that they say of themselves: controls,
presets, panels, models and the numbers of the works they show.`,
		Example: `  unnoise exhibits
  unnoise exhibits --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return printJSON(cmd.OutOrStdout(), listed(list))
			}
			return printExhibits(cmd.OutOrStdout(), list)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// listed is the list with empty lists where there is nothing, not null.
func listed(list []*exhibit.Exhibit) []exhibit.Exhibit {
	out := []exhibit.Exhibit{}
	for _, e := range list {
		c := *e
		if c.Models == nil {
			c.Models = []string{}
		}
		if c.Presets == nil {
			c.Presets = []exhibit.Preset{}
		}
		if c.Controls == nil {
			c.Controls = []exhibit.Control{}
		}
		out = append(out, c)
	}
	return out
}

func printJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

func printExhibits(w io.Writer, list []*exhibit.Exhibit) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "id\tyear\tworks\ttitle")
	for _, e := range list {
		numbers := make([]string, len(e.References))
		for i, n := range e.References {
			numbers[i] = fmt.Sprintf("[%d]", n)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", e.ID, e.Year, strings.Join(numbers, " "), e.Title)
	}
	return table.Flush()
}
