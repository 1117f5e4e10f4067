package obtain

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is an error with what to do about it. Both are sentences.
type Problem struct{ Message, Hint string }

func (p *Problem) Error() string { return p.Message }

// Describe returns a sentence for the visitor and, where there is one, a hint.
func Describe(err error) (message, hint string) {
	var p *Problem
	if errors.As(err, &p) {
		return p.Message, p.Hint
	}
	return Sentence(err), ""
}

// Clause is an error's text for the middle of a sentence.
func Clause(err error) string { return strings.TrimRight(err.Error(), ".! ") }

// Sentence writes an error as one.
func Sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if last := text[len(text)-1]; last != '.' && last != '!' && last != '?' {
		text += "."
	}
	return text
}
