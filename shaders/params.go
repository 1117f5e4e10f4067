package shaders

import (
	"encoding/binary"
	"fmt"
)

// Encode lays out a kernel's Params as WGSL does: its fields are u32 and f32, four
// bytes each. It panics where v is not a struct of such fields.
func Encode(v any) []byte {
	out, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		panic(fmt.Sprintf("shaders: %T has no WGSL layout: %v", v, err))
	}
	return out
}
