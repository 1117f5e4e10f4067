// Package chain has what the exhibits of picture models share: a network with its
// schedule and how its answer is read ([Model]), a reverse chain that goes on when it
// is asked to ([Run]), the terms of its variational bound ([Model.Answers]), pictures
// of the sample sheet, and the equations of one step with their numbers.
package chain
