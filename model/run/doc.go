// Package run has the [Spec], the one serialisable value that the page, the URL
// and the command line share, and the loop that carries it out.
//
//	plan, err := run.NewPlan(spec, info)       // checks the spec, lays out every step
//	start, err := plan.Start(nil)              // x_T, or a noised picture
//	err = plan.Run(ctx, network, start, yield) // yields every step
//
// # Reproducible pictures
//
// Picture k of a run draws from a generator of its own, seeded Seed+k (package
// rng). Its first draw is the noise ε of the start: x_T, or the ε of
// q(x_t|x_0) where the run starts from a picture; its draw 1+i is the z of step
// i. So a picture does not depend on how many are made beside it, and a run that
// is resumed at step i goes on with the very same noise ([Resume]).
package run
