// Package obtain gets models for the programs that run in workers: from the browser's
// storage by their SHA-256, else from the network, with progress and verified. What
// goes wrong is a [Problem]: what failed and what the visitor can do.
package obtain
