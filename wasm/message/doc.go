// Package message is what the page and the engine say to each other.
//
// The engine runs in a Web Worker, so every message crosses a postMessage. On
// the wire it is one small object:
//
//	{unnoise: <version>, kind: "step", body: "<JSON>", floats: <ArrayBuffer>}
//
// body is the message without its float slices. All float slices of a message
// travel together in the one buffer, which is transferred, not copied: a
// recorded step costs one transfer.
//
// The version is a fingerprint of the messages' own definitions. A page and a
// worker of different builds whose messages differ find out at the first
// message ([VersionError]) instead of misreading each other.
//
// The page talks through package client; a message arrives as one of the
// pointer types of this package:
//
//	switch m := received.(type) {
//	case *message.Ready:
//	case *message.Step:
//	}
package message
