// Package bench is what make bench and the page bench.html have in common: the
// reference network, the rows that they write, how a step is timed, and the table that
// holds each kernel of a step against what its adapter can do at best.
//
// The network is the same for every engine that is compared (tools/bench). Its weights
// are drawn, so a page that times it downloads nothing.
package bench
