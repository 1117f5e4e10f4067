// Package visit is what the page of exhibits knows and decides: which exhibit is
// chosen in which state, what of its run has been recorded, which moment is shown. It
// has never heard of a browser; what it needs of one it asks of a [Host], and of the
// worker that runs exhibits through a [Guide].
//
// [Visit.Handle] takes what happens, one event at a time; [Visit.View] says what is to
// be seen then, as a plain value. Nothing waits.
//
// A control that costs a new run starts it; Live controls and buttons are orders to
// the run that goes on; playing and scrubbing only look at what has been recorded.
package visit
