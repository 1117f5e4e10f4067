package diffusion

import "slices"

// NoClass asks for the unconditional prediction.
const NoClass = -1

// Unknown is said of an attribute that the network is told nothing about.
const Unknown = -1

// Cond is the condition of a batch, one entry per picture.
type Cond struct {
	Class []int // a class of the model, or NoClass
	// Attributes has for each picture an option of every attribute of the model, or
	// Unknown. It is nil for models without attributes; for one with them, nil is
	// Unknown throughout.
	Attributes [][]int
}

// conditional reports whether any picture has a condition.
func (c Cond) conditional() bool {
	return slices.ContainsFunc(c.Class, isClass) || slices.ContainsFunc(c.Attributes, func(options []int) bool {
		return slices.ContainsFunc(options, func(option int) bool { return option != Unknown })
	})
}

func isClass(c int) bool { return c != NoClass }

// from is the condition of the pictures from number n on.
func (c Cond) from(n int) Cond {
	c.Class = c.Class[n:]
	if c.Attributes != nil {
		c.Attributes = c.Attributes[n:]
	}
	return c
}

// twice keeps a condition followed by as many pictures without one.
type twice struct {
	cond    Cond
	unknown []int
}

func (t *twice) of(c Cond) Cond {
	t.cond.Class = append(t.cond.Class[:0], c.Class...)
	for range c.Class {
		t.cond.Class = append(t.cond.Class, NoClass)
	}
	if c.Attributes == nil {
		return Cond{Class: t.cond.Class}
	}
	t.cond.Attributes = append(t.cond.Attributes[:0], c.Attributes...)
	for _, options := range c.Attributes {
		for len(t.unknown) < len(options) {
			t.unknown = append(t.unknown, Unknown)
		}
		t.cond.Attributes = append(t.cond.Attributes, t.unknown[:len(options)])
	}
	return t.cond
}
