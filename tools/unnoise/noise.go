package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"unnoise/model/rng"
)

// maxNoiseElems is a sane limit for numbers that are printed as text.
const maxNoiseElems = 1 << 26

func newNoiseCommand() *cobra.Command {
	var seed uint64
	var shape []int
	cmd := &cobra.Command{
		Use:   "noise",
		Short: "Print the values of torch.randn for a seed",
		Long: `Print the values that torch.randn(shape, generator=torch.Generator().manual_seed(seed))
has on the CPU, comma-separated, in row-major order.`,
		Example: `  unnoise noise --seed 0 --shape 1,1,4,8`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			elems := 1
			for _, extent := range shape {
				if extent < 1 || elems > maxNoiseElems/extent {
					return fmt.Errorf("--shape %v: extents must be at least 1 and their product at most %d", shape, maxNoiseElems)
				}
				elems *= extent
			}
			values := make([]float32, elems)
			rng.New(seed).Normal(values)
			return printValues(cmd.OutOrStdout(), values)
		},
	}
	cmd.Flags().Uint64Var(&seed, "seed", 0, "seed of the generator")
	cmd.Flags().IntSliceVar(&shape, "shape", nil, "extents of the tensor, comma-separated")
	must(cmd, "shape")
	return cmd
}

// printValues prints each value in the fewest digits that name this float32.
func printValues(w io.Writer, values []float32) error {
	buffered := bufio.NewWriter(w)
	for i, v := range values {
		if i > 0 {
			buffered.WriteByte(',')
		}
		buffered.WriteString(strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	buffered.WriteByte('\n')
	return buffered.Flush()
}
