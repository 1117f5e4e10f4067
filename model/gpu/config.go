package gpu

// Config names a way to compute a heavy operation. Each node has several; one
// of them, Plain, takes any shape.
type Config string

const (
	// Winograd computes a 3×3 convolution of stride 1 as F(2×2, 3×3), in three
	// dispatches with 4/9 of the multiplications.
	Winograd Config = "winograd"
	// Winograd4 does so as F(4×4, 3×3), with 1/4 of the multiplications.
	Winograd4 Config = "winograd4"
	// Tile keeps an 8×8 tile of the result in registers, without workgroup memory.
	Tile Config = "tile"
	// Depthwise computes a depthwise convolution, 8 pixels by 4 channels an invocation.
	Depthwise Config = "depthwise"
	// Vec4 computes 4 pixels by 4 channels of a convolution an invocation, for any
	// number of channels.
	Vec4 Config = "vec4"
	// Broadcast computes a convolution or the products of an attention 16 rows by 4
	// columns an invocation, whose subgroup loads the rows together, as Broadcast16 does
	// those of matrices. Where subgroups have at least 8 lanes.
	Broadcast Config = "broadcast"
	// Implicit computes a convolution as a product of matrices through workgroup memory,
	// 64 pixels by 64 channels a workgroup, without laying the first matrix out.
	Implicit Config = "implicit"
	// Plain computes one value an invocation.
	Plain Config = "plain"

	// Stored reads weights of Q8_0 and Q4_0 as stored and expands them in registers:
	// less memory, and faster where a GPU is bound by reading them.
	Stored Config = "stored"

	// Fused computes an attention in one dispatch, without storing its scores. Tile
	// computes its products in 4×4 tiles in registers, in three.
	Fused Config = "fused"

	// Slabs takes a norm's statistics of some pixels of a group in each invocation.
	Slabs Config = "slabs"
	// Subgroups does so in each workgroup, whose subgroups add up their lanes. It has a
	// softmax's row computed by a workgroup in the same way, where Rows has one invocation
	// do it. Only where the device has the feature subgroups.
	Subgroups Config = "subgroups"
	Rows      Config = "rows"

	// Epilogue has a Winograd convolution keep the moments of what it stores for the norm
	// that follows, which then need not go over it for them. Separate has it not.
	Epilogue Config = "epilogue"
	Separate Config = "separate"
	// Prologue has a Winograd convolution normalise what it transforms, so that what the
	// norm before it makes is stored nowhere. Separate has it not.
	Prologue Config = "prologue"
)

// kernels lists the kernels that a configuration of an operation is made of.
func (c Config) kernels(kind string) []string {
	switch {
	case c == Winograd:
		return []string{"winograd_weight", "winograd_input", "matmul_tile", "winograd_output"}
	case c == Winograd4:
		return []string{"winograd4_weight", "winograd4_input", "matmul_tile", "winograd4_output"}
	case c == Depthwise:
		return []string{"conv2d_depthwise"}
	case c == Vec4:
		return []string{"conv2d_vec4"}
	case c == Broadcast && kind == "attention":
		return []string{"attention_scores_broadcast", "attention_softmax", "attention_values_broadcast"}
	case c == Broadcast:
		return []string{"conv2d_broadcast"}
	case c == Tile && (kind == "conv_transpose2d" || kind == "conv2d_weight_grad"):
		return []string{kind + "_tile"}
	case c == Tile && kind == "conv2d":
		return []string{"conv2d_tile", "matmul_tile"}
	case c == Tile && kind == "attention":
		return []string{"attention_scores_tile", "attention_softmax", "attention_values_tile"}
	case c == Tile: // a linear layer, or the projections of an attention
		return []string{"matmul_tile"}
	case c == Implicit:
		return []string{"conv2d_shared"}
	case c == Prologue:
		return []string{"winograd_norm_input", "winograd4_norm_input"}
	case c == Epilogue:
		return []string{"group_norm_join"}
	case c == Subgroups && kind != "group_norm": // a softmax
		return []string{kind + "_subgroups"}
	case c == Rows:
		return []string{kind}
	case c == Stored && kind == "conv2d":
		return []string{"conv2d_stored", "matmul_stored"}
	case c == Stored:
		return []string{"matmul_stored"}
	case c == Subgroups:
		return []string{"group_norm_stats_subgroups", "group_norm_vec4"}
	case c == Slabs:
		return []string{"group_norm_stats_vec4", "group_norm_vec4"}
	case c == Fused:
		return []string{"attention_fused"}
	case kind == "attention":
		return []string{"attention_scores", "attention_softmax", "attention_values"}
	}
	return []string{kind}
}

// Choices is the faster configuration for each shape of a heavy operation, as
// measured by Tune. It can be stored as JSON; it holds for one adapter.
type Choices map[string]Config
