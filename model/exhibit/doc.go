// Package exhibit is the contract between the methods that are shown and whatever
// shows them: the page of exhibits, the command line, the tests.
//
// An [Exhibit] is a plain value. It says what it is ([Exhibit.Sentences]), what can
// be turned ([Control]), where what is to be seen goes ([Panel]), and how it is
// computed ([Exhibit.Run]). Everything is computed when it is run, on the executor
// that its [Env] brings; nothing is a replay. It knows no browser.
//
// # Running
//
// Run gets a [State], the chosen values of the controls, and emits a [Frame] for
// every moment of the timeline: the content of the panels then (package figure),
// numbers worth reading ([Readout]), the equations with their coefficients of that
// moment ([Equation]) and a sentence for those who cannot see the panels. Frames are
// numbered from 0 and may come in any order; one that comes again replaces the first.
// A panel, readout list or equation list that a frame leaves out is as in the frame
// before. The same State gives the same frames, on every device up to rounding.
//
// Run returns soon after its context is cancelled, with the context's error; it looks
// at the context at least once a step. Long exhibits take [Order]s while they run:
// buttons, and controls that are marked Live, come through Env.Orders and do not
// start a new run. Without anyone to give orders (the command line) the channel is
// nil, and the exhibit runs to its end.
//
// # Writing one
//
// One package for each system, one file for each idea: the mathematics belongs to
// model/diffusion, model/plane and the like, with their own tests; the exhibit only
// arranges it. Sentences and tips are for readers who have not read the paper. What
// can be turned has a tip, and what costs a new run says so by taking visible time.
// Where the paper and its code differ, follow the code and say so in a tip. Wrap the Run of
// one with networks in [TellTraining], rather than writing how far they were trained. Test the
// exhibit with exhibittest: two seeds differ, each control changes a readout.
// Add it to package all, in historical order.
//
// # Tests that come by themselves
//
// Every exhibit of package all is run in the page, on a software GPU of two cores, and
// compared with the command line, number by number. For that it says how it is run
// quickly and what must change its numbers:
//
//	Quick:  map[string]string{"steps": "4", "n": "2"},
//	Probes: []exhibit.Probe{
//		{Control: "seed", Value: "1", Readout: "mean"},
//		{Control: "guidance", Value: "3", Readout: "mean"},
//	},
//
// The run with Quick and one more for each probe must take seconds together: a
// network of pictures is asked 2 to 6 times for 1 or 2 pictures, a cloud has some
// hundred particles. Readouts are of the computation alone: a time, or anything else
// that differs from run to run, is none. A number that depends on rounding by more
// than 1e-3 of its size says so in Tolerance, or in Tolerances.
package exhibit
