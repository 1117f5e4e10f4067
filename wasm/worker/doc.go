// Package worker starts and ends the Web Workers in which a page's other programs
// run (worker.js), and tells what they say.
package worker
