// Package wire carries Go values between a page and its workers.
//
// Every message crosses a postMessage. On the wire it is one small object:
//
//	{unnoise: <version>, kind: "step", body: "<JSON>", floats: <ArrayBuffer>}
//
// body is the message without its float slices, wherever in it they are. All of them
// travel together in the one buffer, which is transferred, not copied: a recorded
// step costs one transfer.
//
// The version is a fingerprint of the messages' own definitions. A page and a
// worker of different builds whose messages differ find out at the first
// message ([VersionError]) instead of misreading each other.
package wire
