package graph

import (
	"context"
	"errors"

	"unnoise/model/tensor"
	"unnoise/model/weights"
)

// ID names a value: its index in Graph.Values.
type ID int

// Value is an array that flows between operations.
type Value struct {
	Label string // the module that made it, as diffusers names it, for people to read
	Shape tensor.Shape
}

// Node is one operation: it reads In and writes Out.
type Node struct {
	Label string // the module's path in the checkpoint, such as "mid_block.attentions.0.to_q"
	Op    Op
	In    []ID
	Out   ID
}

// Port is a value that a program reads from or gives to its caller.
type Port struct {
	Name  string
	Value ID
}

// Graph is one forward pass with every shape fixed.
type Graph struct {
	Values  []Value
	Nodes   []Node // in an order in which they can be executed
	Inputs  []Port
	Outputs []Port
	States  []State
}

// Op is what a node computes.
type Op interface {
	// Kind is the operation's stem, the same in every package: "conv2d" is
	// conv2d.wgsl, cpu/conv2d.go, gpu/conv2d.go.
	Kind() string
	// Infer returns the shape of the result, or an error that says what does not fit.
	Infer(in []tensor.Shape) (tensor.Shape, error)
	// Params lists the weights the operation reads, without absent ones.
	Params() []*weights.Tensor
}

// ErrTooLarge says that an executor has not the memory for a graph. One of a smaller
// batch may fit.
var ErrTooLarge = errors.New("the graph is too large for the memory there is")

// Program is a graph made ready to run by an executor.
//
// A program is used by one goroutine at a time.
type Program interface {
	// Run computes the outputs from the inputs. in[i] has the values of
	// Graph.Inputs[i] and out[i] receives those of Graph.Outputs[i], all
	// row-major; a nil out[i] is not wanted. It returns ctx's error when cancelled,
	// and then leaves out undefined, and the states either as they were or as the
	// run leaves them.
	Run(ctx context.Context, in, out [][]float32) error
	// Close frees what the program holds. It may be called twice.
	Close()
}

// Shape returns the shape of value id.
func (g *Graph) Shape(id ID) tensor.Shape { return g.Values[id].Shape }

// Uses counts for every value how many times nodes, outputs and the next values of
// states read it.
func (g *Graph) Uses() []int {
	uses := make([]int, len(g.Values))
	for _, n := range g.Nodes {
		for _, id := range n.In {
			uses[id]++
		}
	}
	for _, p := range g.Outputs {
		uses[p.Value]++
	}
	for _, s := range g.States {
		uses[s.Next]++
	}
	return uses
}

// live lists the nodes that outputs and the next values of states depend on.
func (g *Graph) live() []Node {
	needed := make([]bool, len(g.Values))
	for _, p := range g.Outputs {
		needed[p.Value] = true
	}
	for _, s := range g.States {
		needed[s.Next] = true
	}
	keep := make([]bool, len(g.Nodes))
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		if n := g.Nodes[i]; needed[n.Out] {
			keep[i] = true
			for _, id := range n.In {
				needed[id] = true
			}
		}
	}
	var out []Node
	for i, n := range g.Nodes {
		if keep[i] {
			out = append(out, n)
		}
	}
	return out
}

// FLOPs counts the multiply-adds of convolutions, linear layers and attention,
// two operations each, a convolution counted as direct convolution.
func (g *Graph) FLOPs() int64 {
	var total int64
	for _, n := range g.Nodes {
		total += nodeFLOPs(g, n)
	}
	return total
}

func nodeFLOPs(g *Graph, n Node) int64 {
	out := int64(g.Shape(n.Out).Elems())
	switch op := n.Op.(type) {
	case Conv2D:
		return 2 * out * rowElems(op.KernelShape(g.shapes(n.In)))
	case ConvTranspose2D:
		return 2 * int64(g.Shape(n.In[0]).Elems()) * rowElems(op.KernelShape(g.shapes(n.In)))
	case Conv2DWeightGrad:
		return 2 * int64(g.Shape(n.In[1]).Elems()) * rowElems(g.Shape(n.Out))
	case Linear:
		x := g.Shape(n.In[0])
		return 2 * out * int64(x[len(x)-1])
	case MatMul:
		a := g.Shape(n.In[0])
		if op.TransposeA {
			return 2 * out * int64(a[len(a)-2])
		}
		return 2 * out * int64(a[len(a)-1])
	case Attention:
		return 4 * out * int64(positions(g.Shape(n.In[1]))) // q·k and weights·v
	case AttentionGrad:
		products := int64(6) // q·k, g·v and the result
		if op.Of == Values {
			products = 4 // without g·v
		}
		return products * int64(g.Shape(n.In[0]).Elems()) * int64(positions(g.Shape(n.In[1])))
	case HeadContext:
		return 2 * out * int64(positions(g.Shape(n.In[0])))
	case HeadApply:
		m := g.Shape(n.In[1])
		return 2 * out * int64(m[2])
	}
	return 0
}

// rowElems is the number of values of a weight that belong to one index of its first
// extent.
func rowElems(weight tensor.Shape) int64 { return int64(weight[1:].Elems()) }

func (g *Graph) shapes(ids []ID) []tensor.Shape {
	out := make([]tensor.Shape, len(ids))
	for i, id := range ids {
		out[i] = g.Shape(id)
	}
	return out
}
