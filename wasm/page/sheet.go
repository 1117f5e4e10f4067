package page

// Side is the width and height of drawn and uploaded pictures.
const Side = 32

// Sheet is the data set's pictures that are shipped with a model, grey levels,
// and the class of each.
type Sheet struct {
	Side   int
	Labels []int
	Grey   [][]byte // Side·Side each
}
