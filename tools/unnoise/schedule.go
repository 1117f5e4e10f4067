package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"unnoise/model/diffusion"
)

func newScheduleCommand() *cobra.Command {
	var name string
	var T int
	var betaStart, betaEnd float64
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Print a noise schedule as CSV",
		Long: `Print a noise schedule as CSV with the header t,beta,alpha_bar,snr,posterior_variance
and 9 significant digits.

linear is that of DDPM, cosine that of improved DDPM, scaled_linear that of Stable
Diffusion. The first and last β of the linear ones are the published ones times
1000/T, as in OpenAI's code, unless they are given.`,
		Example: `  unnoise schedule --name linear --T 1000
  unnoise schedule --name scaled_linear --T 1000 --beta-start 0.0015 --beta-end 0.0195`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var s *diffusion.Schedule
			var err error
			start, end := cmd.Flags().Changed("beta-start"), cmd.Flags().Changed("beta-end")
			switch {
			case !start && !end:
				s, err = diffusion.ScheduleByName(name, T)
			case start != end:
				return fmt.Errorf("--beta-start and --beta-end belong together")
			case name == "linear":
				s, err = diffusion.Linear(T, betaStart, betaEnd)
			case name == "scaled_linear":
				s, err = diffusion.ScaledLinear(T, betaStart, betaEnd)
			default:
				return fmt.Errorf("--beta-start and --beta-end are for linear and scaled_linear, not for %q", name)
			}
			if err != nil {
				return err
			}
			return printSchedule(cmd.OutOrStdout(), s)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "name", "linear", "linear, cosine or scaled_linear")
	flags.IntVar(&T, "T", 1000, "number of timesteps")
	flags.Float64Var(&betaStart, "beta-start", 0, "β of the first timestep")
	flags.Float64Var(&betaEnd, "beta-end", 0, "β of the last timestep")
	return cmd
}

func printSchedule(w io.Writer, s *diffusion.Schedule) error {
	buffered := bufio.NewWriter(w)
	fmt.Fprintln(buffered, "t,beta,alpha_bar,snr,posterior_variance")
	for i, t := range s.Timesteps {
		fmt.Fprintf(buffered, "%d,%.9g,%.9g,%.9g,%.9g\n", t, s.Beta[i], s.AlphaBar[i], s.SNR(i), s.PosteriorVariance(i))
	}
	return buffered.Flush()
}
