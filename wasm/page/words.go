package page

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"time"
)

// escape makes text safe inside markup.
func escape(text string) string { return html.EscapeString(text) }

// Bytes says how much of a download is there: "1.2 of 2.4 MB".
func Bytes(done, total int64) string {
	mb := func(n int64) string { return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) }
	switch {
	case total > 0:
		return mb(done) + " of " + mb(total) + " MB"
	case done > 0:
		return mb(done) + " MB"
	}
	return ""
}

// Duration says roughly how long something takes: "less than a second",
// "about 12 seconds", "about 3 minutes".
func Duration(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 1:
		return "less than a second"
	case s < 1.5:
		return "about a second"
	case s < 90:
		return fmt.Sprintf("about %.0f seconds", round(s))
	case s < 90*60:
		return fmt.Sprintf("about %.0f minutes", math.Round(s/60))
	}
	return fmt.Sprintf("about %.0f hours", math.Round(s/3600))
}

// round drops digits that an estimate cannot have.
func round(s float64) float64 {
	if s > 20 {
		return 5 * math.Round(s/5)
	}
	return math.Round(s)
}

// Count is "1 picture", "4 pictures".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// noisiness says in words how a picture at this ᾱ looks.
func noisiness(alphaBar float64) string {
	switch noise := math.Sqrt(1 - alphaBar); {
	case noise > 0.995:
		return "nothing but noise"
	case noise > 0.9:
		return "almost all noise, with faint large shapes"
	case noise > 0.6:
		return "shapes under heavy noise"
	case noise > 0.25:
		return "a picture under noise"
	case noise > 0.05:
		return "a picture with some grain"
	}
	return "a nearly clean picture"
}

// DescribeStep says what the stage shows at a step, for those who cannot see it
// and those who wonder what they see. subject is what the run draws.
func DescribeStep(subject string, step, steps, t int, alphaBar float64, pictures int) string {
	what := noisiness(alphaBar)
	if pictures > 1 {
		what = Count(pictures, "picture", "pictures") + ", each " + what
	}
	return fmt.Sprintf("Step %d of %d, t = %d: %s. Beside it stand the network’s guess of the finished picture (%s) and the noise it sees.",
		step+1, steps, t, what, subject)
}

// DescribeResult says what a finished run shows.
func DescribeResult(subject string, steps, pictures int) string {
	if pictures > 1 {
		return fmt.Sprintf("Done after %s: %d pictures (%s).", Count(steps, "step", "steps"), pictures, subject)
	}
	return fmt.Sprintf("Done after %s: a picture (%s).", Count(steps, "step", "steps"), subject)
}

// DescribeNoise says what the Noise tab shows at a timestep.
func DescribeNoise(subject string, t int, alphaBar float64) string {
	return fmt.Sprintf("%s at t = %d: %s. %.0f %% of its contrast is left.",
		subject, t, noisiness(alphaBar), 100*math.Sqrt(alphaBar))
}

// DescribeStart says what stands on the stage before a run has begun.
func DescribeStart(subject string, seed uint64) string {
	return fmt.Sprintf("Pure noise from seed %d. Step by step it becomes a picture (%s).", seed, subject)
}

// Seconds writes a measured time: "0.84 s", "12.3 s".
func Seconds(s float64) string {
	return strconv.FormatFloat(s, 'g', 3, 64) + " s"
}
