package tier

import "unnoise/model/graph"

// TinyOperations is up to how many operations (see Operations) a run of a graph is
// quicker on this thread than on a WebGPU device that is a program itself: there every
// dispatch and every reading back costs as much as some hundred thousand of them.
const TinyOperations = 8_000_000

// ofValue is what a value that a node writes counts beside the multiply-adds: reading,
// a function such as exp, writing.
const ofValue = 8

// Operations is about how many operations a run of g takes on one thread: those of its
// multiply-adds, and a few for every value that is written.
func Operations(g *graph.Graph) int64 {
	total := g.FLOPs()
	for _, n := range g.Nodes {
		total += ofValue * int64(g.Shape(n.Out).Elems())
	}
	return total
}

// Tiny reports whether a graph is for this thread where the device is a program.
func Tiny(g *graph.Graph) bool { return Operations(g) <= TinyOperations }
