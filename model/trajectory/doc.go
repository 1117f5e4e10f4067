// Package trajectory keeps a run as a sequence that can be replayed: x_t and the
// network's answer at every step, from which x̂_0 and ε̂ follow. One goroutine
// records while others look.
//
// It also has the one function that turns values in [−1, 1] into bytes.
package trajectory
