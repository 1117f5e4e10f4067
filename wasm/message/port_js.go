package message

import "syscall/js"

// Post sends m to a Worker, or from within one to its page (js.Global()).
func Post(target js.Value, m Message) error { return protocol.Post(target, m) }

// Receive decodes the data of a MessageEvent. It returns a VersionError where the
// sender was built from other messages, and an error where the data is not a message
// at all.
func Receive(data js.Value) (Message, error) { return protocol.Receive(data) }
