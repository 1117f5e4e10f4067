// Package words says quantities as the pages do: sizes, durations, numbers of things.
package words
