package shaders

// Expand is the Params of expand.wgsl.
type Expand struct {
	Count, Cols      uint32 // stored values, and those in a row
	Kind             uint32 // GGUF's number of the stored type
	Offset           uint32 // where the first value goes
	RowStep, ColStep uint32 // how far apart rows and columns go
}
