package page

import (
	"fmt"
	"html"
	"math"

	"unnoise/wasm/words"
)

// escape makes text safe inside markup.
func escape(text string) string { return html.EscapeString(text) }

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
		what = words.Count(pictures, "picture", "pictures") + ", each " + what
	}
	return fmt.Sprintf("Step %d of %d, t = %d: %s. Beside it stand the network’s guess of the finished picture (%s) and the noise it sees.",
		step+1, steps, t, what, subject)
}

// DescribeResult says what a finished run shows.
func DescribeResult(subject string, steps, pictures int) string {
	if pictures > 1 {
		return fmt.Sprintf("Done after %s: %d pictures (%s).", words.Count(steps, "step", "steps"), pictures, subject)
	}
	return fmt.Sprintf("Done after %s: a picture (%s).", words.Count(steps, "step", "steps"), subject)
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
