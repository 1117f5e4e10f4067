// Package layers holds the test that the packages import each other only in the
// directions that the design allows: data flows one way, and no package knows
// its caller.
package layers
