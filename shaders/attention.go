package shaders

// AttentionPass is what a pass of attention goes over: the queries from FirstQuery on
// of the heads (n·H + h) from FirstHead on. Its fields begin the Params of the kernels
// that read scores.
type AttentionPass struct {
	FirstHead, HeadCount   uint32
	FirstQuery, QueryCount uint32
	Heads, HeadDim         uint32
	Queries, Keys          uint32
	Row                    uint32 // scores between rows: Keys, rounded up to a multiple of 4
}

// AttentionScores is the Params of attention_scores.wgsl and attention_scores_tile.wgsl.
type AttentionScores struct {
	AttentionPass
	QStride, QOffset, QHead uint32 // values between positions, before the first head's, between heads
	KStride, KOffset, KHead uint32
	Scale                   float32
}

// AttentionSoftmax is the Params of attention_softmax.wgsl.
type AttentionSoftmax struct{ Rows, Keys, Row uint32 }

// AttentionValues is the Params of attention_values.wgsl and attention_values_tile.wgsl.
type AttentionValues struct {
	AttentionPass
	VStride, VOffset, VHead uint32
	Normalise               uint32 // 1: multiply by the norms
}

// AttentionFused is the Params of attention_fused.wgsl.
type AttentionFused struct {
	Batch, Heads            uint32
	Queries, Keys           uint32
	QStride, QOffset, QHead uint32
	KStride, KOffset, KHead uint32
	VStride, VOffset, VHead uint32
	Scale                   float32
}

// AttentionScoresGrad is the Params of attention_scores_grad.wgsl.
type AttentionScoresGrad struct {
	Rows, Keys, Row uint32
	Scale           float32
}

// AttentionKeysGrad is the Params of attention_keys_grad.wgsl.
type AttentionKeysGrad struct {
	AttentionPass
	Normalise uint32 // 1: multiply by the norms
}
