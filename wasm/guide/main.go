//go:build js && wasm

// Command guide is the program that runs exhibits. It runs in a Web Worker of the page
// of exhibits and speaks package show.
//
// One goroutine (serve) takes the page's messages in order; a run is a goroutine of
// its own, one at a time. An exhibit that computes on this thread lets the messages in
// at every frame and after every network.
package main

func main() {
	g := newGuide()
	g.listen()
	g.serve()
}
