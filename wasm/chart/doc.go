// Package chart writes as SVG and HTML what the exhibits' figures have in words and
// lines: plots, tables, diagrams, the numbers on axes, legends, captions. It knows no
// browser. Sizes are CSS pixels; colours are the style sheet's, by class: "role-a"
// for figure.A.
//
// A plot has a text alternative with its key numbers ([Describe]).
package chart
