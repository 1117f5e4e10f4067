package main

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestScheduleCSV(t *testing.T) {
	// The values were computed independently, in Python, from the papers' formulas.
	for _, c := range []struct {
		args []string
		rows int
		row  int
		want string // "" for anything
	}{
		{[]string{"--name", "linear", "--T", "1000"}, 1000, 999, "999,0.02,4.0358297"},
		{[]string{"--name", "cosine", "--T", "4000"}, 4000, 0, "0,9.8658188"},
		{[]string{"--name", "scaled_linear"}, 1000, 0, "0,0.00085,0.99915,1175.470"},
		{[]string{"--name", "scaled_linear", "--beta-start", "0.0015", "--beta-end", "0.0195"}, 1000, 999, "999,0.0195,0.000142303"},
		{nil, 1000, 0, "0,0.0001,0.9999,9999,0"},
	} {
		lines := strings.Split(strings.TrimSpace(mustRun(t, append([]string{"schedule"}, c.args...)...)), "\n")
		if lines[0] != "t,beta,alpha_bar,snr,posterior_variance" || len(lines) != c.rows+1 {
			t.Errorf("%v: %d lines from %q", c.args, len(lines), lines[0])
			continue
		}
		if !strings.HasPrefix(lines[c.row+1], c.want) {
			t.Errorf("%v: row %d is %s, expected %s…", c.args, c.row, lines[c.row+1], c.want)
		}
		for _, cell := range strings.Split(lines[c.rows/2], ",") {
			if v, err := strconv.ParseFloat(cell, 64); err != nil || math.IsNaN(v) {
				t.Errorf("%v: %q is no number", c.args, cell)
			}
		}
	}
	for want, args := range map[string][]string{
		"linear, cosine, scaled_linear": {"--name", "sigmoid"},
		"1 to 1048576":                  {"--T", "0"},
		"between 0 and 1":               {"--T", "5"},
		"belong together":               {"--beta-start", "0.1"},
		"not for \"cosine\"":            {"--name", "cosine", "--beta-start", "0.1", "--beta-end", "0.2"},
	} {
		if _, err := execute(t, append([]string{"schedule"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want one that says %s", args, err, want)
		}
	}
}

func TestNoiseEqualsTorch(t *testing.T) {
	// torch.randn(1, 1, 4, 8, generator=torch.Generator().manual_seed(0)) on the CPU.
	want := []float64{-1.1258398, -1.1523602, -0.25057858, -0.43387884, 0.84871036, 0.6920092, -0.31601277, -2.1152194}
	cells := strings.Split(strings.TrimSpace(mustRun(t, "noise", "--seed", "0", "--shape", "1,1,4,8")), ",")
	if len(cells) != 32 {
		t.Fatalf("%d values", len(cells))
	}
	for i := range want {
		if v, err := strconv.ParseFloat(cells[i], 64); err != nil || math.Abs(v-want[i]) > 1e-6 {
			t.Errorf("value %d is %s, torch's is %v", i, cells[i], want[i])
		}
	}
	if a, b := mustRun(t, "noise", "--seed", "18446744073709551615", "--shape", "3"), mustRun(t, "noise", "--shape", "3"); a == b {
		t.Error("the seed does not matter")
	}
	for _, shape := range []string{"0,4", "-1", "100000,100000", "a", ""} {
		if out, err := execute(t, "noise", "--shape", shape); err == nil && shape != "" {
			t.Errorf("--shape %s gives %s", shape, out)
		}
	}
}

// Every command explains itself with an example.
func TestHelp(t *testing.T) {
	for _, cmd := range append(rootCommand().Commands(), rootCommand()) {
		if cmd.Short == "" || cmd.Example == "" || !strings.Contains(cmd.Example, "unnoise "+strings.TrimPrefix(cmd.Name(), "unnoise")) {
			t.Errorf("%s has no description or no example of itself", cmd.Name())
		}
		if cmd.HasParent() {
			checkFlags(t, cmd)
			if out := mustRun(t, cmd.Name(), "--help"); !strings.Contains(out, "Examples:") {
				t.Errorf("%s --help shows no example:\n%s", cmd.Name(), out)
			}
		}
	}
	if _, err := execute(t, "paint"); err == nil {
		t.Error("an unknown command, no error")
	}
}

// checkFlags requires that every example of a command can be parsed.
func checkFlags(t *testing.T, cmd *cobra.Command) {
	t.Helper()
	for _, example := range strings.Split(strings.ReplaceAll(cmd.Example, "\\\n", ""), "\n") {
		words := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(example, "'", ""), `"My model"`, "My"))
		if len(words) < 2 {
			t.Errorf("%s: example %q", cmd.Name(), example)
			continue
		}
		if err := cmd.ParseFlags(words[2:]); err != nil {
			t.Errorf("%s: example %q: %v", cmd.Name(), example, err)
		}
	}
}
