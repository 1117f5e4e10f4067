// Package guide is the page's end of the guide, the program in a worker that runs the
// exhibits: it owns the worker.
//
// The page says what it wants ([Guide.Run], [Guide.Cancel], [Guide.Order]) at any
// time, also before the worker is there. Only one run goes on at a time. A worker that
// does not hear of a cancellation within a second, since it computes on one thread, is
// ended, and another one started; one that crashed is reported once, as a fatal
// show.Error, and started again at the next wish.
//
// Of the guide's messages the page hears those of the run it wants; those that come
// late from one before are dropped.
package guide
