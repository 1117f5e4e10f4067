package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// total counts the tensors that are stored in one way for one reason.
type total struct {
	Type      string `json:"type"`
	Reason    string `json:"reason,omitempty"` // why it is not the type asked for
	Tensors   int    `json:"tensors"`
	Values    int    `json:"values"`
	SizeBytes int    `json:"size_bytes"`
}

type totals []total

func (t *totals) add(typ, reason string, values, sizeBytes int) {
	i := slices.IndexFunc(*t, func(x total) bool { return x.Type == typ && x.Reason == reason })
	if i < 0 {
		i = len(*t)
		*t = append(*t, total{Type: typ, Reason: reason})
	}
	(*t)[i].Tensors++
	(*t)[i].Values += values
	(*t)[i].SizeBytes += sizeBytes
}

// print writes a table, the largest total first, and their sum.
func (t totals) print(w io.Writer) error {
	sorted := slices.Clone(t)
	slices.SortStableFunc(sorted, func(a, b total) int { return cmp.Compare(b.SizeBytes, a.SizeBytes) })
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "type\ttensors\tvalues\tbytes\twhy")
	sum := total{Type: "all"}
	for _, x := range sorted {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%s\n", x.Type, x.Tensors, x.Values, x.SizeBytes, x.Reason)
		sum.Tensors += x.Tensors
		sum.Values += x.Values
		sum.SizeBytes += x.SizeBytes
	}
	fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", sum.Type, sum.Tensors, sum.Values, sum.SizeBytes)
	return table.Flush()
}
