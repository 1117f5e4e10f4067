// Package anneal is what the exhibits of annealed Langevin dynamics share: their networks,
// the equations of a step, and the moments of a chain that are shown. The mathematics is
// in package langevin.
package anneal
