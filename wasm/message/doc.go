// Package message is what the page and the engine say to each other.
//
// The engine runs in a Web Worker, so every message crosses a postMessage: see
// package wire.
//
// The page talks through package client; a message arrives as one of the
// pointer types of this package:
//
//	switch m := received.(type) {
//	case *message.Ready:
//	case *message.Step:
//	}
package message
