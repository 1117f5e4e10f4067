package main

import "syscall/js"

// stderrIsTerminal asks Node, since Go's js port cannot know.
func stderrIsTerminal() bool {
	process := js.Global().Get("process")
	return process.Truthy() && process.Get("stderr").Truthy() && process.Get("stderr").Get("isTTY").Truthy()
}
