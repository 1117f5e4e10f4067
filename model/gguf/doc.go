// Package gguf reads and writes GGUF v3, the container of quantized weights of the
// ggml tools (github.com/ggml-org/ggml, docs/gguf.md).
//
// [Read] turns untrusted bytes into a weights.Set whose tensors alias those bytes,
// or into an error that names the tensor or the metadata key. Every size, offset and
// count is checked against the file before anything is allocated. [Parse] stops
// earlier: it lists the metadata and tensors of any GGUF file, for people to look at.
//
// # What a file of ours holds
//
// Tensors are F32, F16, Q8_0 or Q4_0, in alphabetical order of their names, each at
// the end of the one before it, padded to the alignment of 32. The names are 🤗
// diffusers' own. Metadata:
//
//	general.architecture         the config's _class_name in lower case: "unet2dmodel"
//	general.name, .license, …    text for people (weights.Set.Meta)
//	general.file_type            the type that most bytes have (llama_ftype)
//	general.quantization_version 2, where a tensor has blocks
//	unnoise.config               config.json of the model, as text
//	unnoise.scheduler            scheduler_config.json, as text, where there is one
//	unnoise.shape.<name>         the true shape, UINT32s, outermost extent first, of a
//	                             tensor that is stored as a matrix
//	unnoise.name.<name>          the true name of a tensor that is stored as "t.<n>"
//
// A tensor of more than two extents is stored as a matrix of shape[0] rows, since
// blocks must divide GGUF's innermost extent, which a 3×3 kernel's 3 does not allow.
// Where 32 does not divide the rows and convert was told to join them, it is stored as
// one row of all values, and blocks run across the ends of the matrix's rows.
// A convolution's rows are in OHWI order (package weights). <name> is the stored name
// in both keys.
//
// GGUF's text limits names to 64 bytes; ggml's own reader counts a closing zero among
// them. So a name of 64 bytes or more is stored as "t.<n>".
package gguf
