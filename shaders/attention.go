package shaders

// AttentionScores is the Params of attention_scores.wgsl.
type AttentionScores struct {
	First, Rows      uint32 // the rows (picture, head, query) of this pass
	Heads, HeadDim   uint32
	Queries, Keys    uint32
	QStride, QOffset uint32 // values between positions, and before the first head's
	KStride, KOffset uint32
	Scale            float32
}

// AttentionSoftmax is the Params of attention_softmax.wgsl.
type AttentionSoftmax struct{ Rows, Keys uint32 }

// AttentionValues is the Params of attention_values.wgsl.
type AttentionValues struct {
	First, Rows      uint32
	Heads, HeadDim   uint32
	Queries, Keys    uint32
	VStride, VOffset uint32
}
