// Package session is what the page knows and decides: which run is wanted, what
// of it has been recorded, which moment is shown. It has never heard of a
// browser; what it needs of one it asks of a [Host], and of the engine through
// an [Engine].
//
// [Session.Handle] takes what happens, one event at a time; [Session.Page] and
// [Session.Stage] say what is to be seen then, as plain values. Nothing waits.
//
// A control that changes the pictures starts a new run; playing, scrubbing and
// picking only look at what has been recorded.
package session
