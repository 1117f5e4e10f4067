package page

import (
	"fmt"
	"strconv"

	"unnoise/wasm/words"
)

func captionOf(s symbol, words string) string {
	return `<math>` + s.math + `</math> <span class="words">` + words + `</span>`
}

// StepCaptions are those of a step of a run: final for its result, picked of n
// for the picture shown beside.
func StepCaptions(final bool, picked, n int) Captions {
	of := ""
	if n > 1 {
		of = fmt.Sprintf(" of picture %d", picked+1)
	}
	c := Captions{
		Large: captionOf(symXt, "the noisy picture"), Guess: captionOf(symX0Hat, "the guess"), Noise: captionOf(symEHat, "the noise"),
		GuessAlt: "The network’s guess of the finished picture" + of, NoiseAlt: "The noise that the network sees" + of,
	}
	if final {
		c.Large = captionOf(symX0, "the result")
		c.Guess, c.Noise = captionOf(symX0Hat, "last guess"), captionOf(symEHat, "last noise")
	}
	return c
}

// NoiseCaptions are those of the Noise tab.
func NoiseCaptions() Captions {
	return Captions{
		Large: captionOf(symXt, "the noisy picture"), Guess: captionOf(symX0, "the picture"), Noise: captionOf(symEps, "the noise"),
		GuessAlt: "The picture without noise", NoiseAlt: "The noise that is added, the same at every t",
	}
}

// PositionText says where a run stands, for screen readers.
func PositionText(position, last, t int) string {
	if t < 0 {
		return "The result, after step " + strconv.Itoa(last)
	}
	return fmt.Sprintf("Step %d of %d, t = %d", position+1, last, t)
}

// PositionHTML is PositionText for the eye.
func PositionHTML(position, last, t int) string {
	if t < 0 {
		return fmt.Sprintf("<b>Done</b> after %s", words.Count(last, "step", "steps"))
	}
	return fmt.Sprintf(`Step <b>%d</b> of %d, <i class="var">t</i> = <b>%d</b>`, position+1, last, t)
}

// TimestepHTML says which t the Noise tab shows.
func TimestepHTML(t, last int) string {
	return fmt.Sprintf(`<i class="var">t</i> = <b>%d</b> of %d`, t, last)
}

// ClassNumber is the name of a class that has none.
func ClassNumber(class int) string { return "class " + strconv.Itoa(class) }
