//go:build js && wasm

package main

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// problem is an error with what to do about it. Both are sentences.
type problem struct{ message, hint string }

func (p *problem) Error() string { return p.message }

// describe returns a sentence for the visitor and, where there is one, a hint.
func describe(err error) (message, hint string) {
	var p *problem
	if errors.As(err, &p) {
		return p.message, p.hint
	}
	return sentence(err), ""
}

// clause is an error's text for the middle of a sentence.
func clause(err error) string { return strings.TrimRight(err.Error(), ".! ") }

// sentence writes an error as one.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	text = string(unicode.ToUpper(first)) + text[size:]
	if last := text[len(text)-1]; last != '.' && last != '!' && last != '?' {
		text += "."
	}
	return text
}
