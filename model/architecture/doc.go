// Package architecture lists every kind of network that the project has, for programs that
// open any model: the command line and the exhibits. The first page's engine runs run.UNet
// alone, and does not import this package.
//
// A new architecture gets a package of its own, which builds its graph, and an entry here.
package architecture
