package shaders

// Expand is the Params of expand.wgsl.
type Expand struct {
	Count, Cols      uint32 // stored values, and those in a row
	Kind             uint32 // GGUF's number of the stored type
	Offset           uint32 // where the first value goes
	RowStep, ColStep uint32 // how far apart rows and columns go
	// Rows come in parts of RowInner and columns in parts of ColInner, the parts these
	// steps apart; see Whole.
	RowInner, RowOuterStep uint32
	ColInner, ColOuterStep uint32
}

// Whole is p with all its rows in one part, and all its columns.
func (p Expand) Whole() Expand {
	p.RowInner, p.ColInner = p.Count, p.Cols
	return p
}
