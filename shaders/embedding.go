package shaders

// Embedding is the Params of embedding.wgsl.
type Embedding struct{ Count, Rows, Dim uint32 }

// EmbeddingSum is the Params of embedding_sum.wgsl.
type EmbeddingSum struct{ Count, Tables, Dim uint32 }

// Sinusoidal is the Params of sinusoidal.wgsl.
type Sinusoidal struct{ Count, Dim, CosineFirst uint32 }

// EmbeddingGrad is the Params of embedding_grad.wgsl.
type EmbeddingGrad struct{ Count, Rows, Dim, Items uint32 }
