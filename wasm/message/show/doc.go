// Package show is what the page of exhibits and its guide, the program in a worker
// that runs them, say to each other. How messages cross is package wire's; the page
// talks through package client/guide.
//
// The page opens the guide once and then asks for runs, one at a time: a new one
// cancels the one before. A run's answers carry its RunID. They are any number of
// Progress, Note, Again and Frame, and at the end one of Done, Cancelled and Error.
package show
