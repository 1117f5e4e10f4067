package dom

import (
	"errors"
	"strconv"
	"syscall/js"
)

// FetchText reads a file of the site and calls done with it, or failed with a
// sentence.
func FetchText(url string, done func(text string), failed func(sentence string)) {
	const hint = " Is there a connection? Then please reload the page."
	Then(window.Call("fetch", url), func(response js.Value) {
		if !response.Get("ok").Bool() {
			failed(url + " could not be loaded: the server answered " + strconv.Itoa(response.Get("status").Int()) + "." + hint)
			return
		}
		Then(response.Call("text"),
			func(text js.Value) { done(text.String()) },
			func(message string) { failed(url + " could not be read (" + message + ")." + hint) })
	}, func(message string) { failed(url + " could not be loaded (" + message + ")." + hint) })
}

// Remember keeps a text for later visits. Where the browser has no room, or does
// not allow it, nothing is kept.
func Remember(key, text string) {
	_ = try(func() { window.Get("localStorage").Call("setItem", key, text) })
}

// Recall returns what was kept, or "".
func Recall(key string) (text string) {
	_ = try(func() {
		if v := window.Get("localStorage").Call("getItem", key); v.Type() == js.TypeString {
			text = v.String()
		}
	})
	return text
}

// RandomSeed draws a seed that is short enough to be read aloud.
func RandomSeed() uint64 {
	return uint64(window.Get("Math").Call("random").Float() * 1e6)
}

// try returns the exception that f threw, or nil.
func try(f func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			thrown, ok := r.(js.Error)
			if !ok {
				panic(r)
			}
			err = errors.New(thrown.Value.Get("message").String())
		}
	}()
	f()
	return nil
}
