//go:build js && wasm

package device

import (
	"strings"
	"syscall/js"
)

// Info describes an adapter.
type Info struct {
	Vendor, Architecture, Description string
	// Software says that the adapter computes on the CPU (lavapipe, SwiftShader,
	// WARP): barriers are dear there, and a step takes long.
	Software bool
	// Fallback is the adapter's own word that it is a fallback adapter.
	Fallback bool
	// SubgroupMin is the fewest lanes that a subgroup may have, 0 where it is not said.
	SubgroupMin int
}

// Name is a short name for people: the description, else vendor and architecture.
func (i Info) Name() string {
	if i.Description != "" {
		return i.Description
	}
	if name := strings.TrimSpace(i.Vendor + " " + i.Architecture); name != "" {
		return name
	}
	return "unnamed adapter"
}

// Features lists the optional features that the device was opened with.
type Features struct {
	ShaderF16, Subgroups, TimestampQuery bool
}

// Limits has the device's limits that kernels and buffers must keep within.
type Limits struct {
	StorageBindingBytes   int // maxStorageBufferBindingSize
	BufferBytes           int // maxBufferSize
	WorkgroupStorageBytes int // maxComputeWorkgroupStorageSize
	WorkgroupInvocations  int // maxComputeInvocationsPerWorkgroup
	Workgroups            int // maxComputeWorkgroupsPerDimension
	UniformAlignment      int // minUniformBufferOffsetAlignment
}

// softwareNames are parts of the names of adapters that compute on the CPU.
var softwareNames = []string{"llvmpipe", "lavapipe", "swiftshader", "warp", "basic render"}

func readInfo(adapter js.Value) Info {
	v := adapter.Get("info")
	if !v.Truthy() {
		return Info{}
	}
	info := Info{
		Vendor:       text(v, "vendor"),
		Architecture: text(v, "architecture"),
		Description:  text(v, "description"),
		Fallback:     v.Get("isFallbackAdapter").Truthy() || adapter.Get("isFallbackAdapter").Truthy(),
	}
	if lanes := v.Get("subgroupMinSize"); lanes.Type() == js.TypeNumber {
		info.SubgroupMin = lanes.Int()
	}
	info.Software = info.Fallback || isSoftware(text(v, "device"), info.Architecture, info.Description)
	return info
}

func isSoftware(names ...string) bool {
	all := strings.ToLower(strings.Join(names, " "))
	for _, part := range softwareNames {
		if strings.Contains(all, part) {
			return true
		}
	}
	return false
}

func readFeatures(device js.Value) Features {
	has := func(name string) bool { return device.Get("features").Call("has", name).Bool() }
	return Features{
		ShaderF16:      has("shader-f16"),
		Subgroups:      has("subgroups"),
		TimestampQuery: has("timestamp-query"),
	}
}

func readLimits(device js.Value) Limits {
	v := device.Get("limits")
	limit := func(name string) int { return int(min(v.Get(name).Float(), 1<<31-1)) }
	return Limits{
		StorageBindingBytes:   limit("maxStorageBufferBindingSize"),
		BufferBytes:           limit("maxBufferSize"),
		WorkgroupStorageBytes: limit("maxComputeWorkgroupStorageSize"),
		WorkgroupInvocations:  limit("maxComputeInvocationsPerWorkgroup"),
		Workgroups:            limit("maxComputeWorkgroupsPerDimension"),
		UniformAlignment:      limit("minUniformBufferOffsetAlignment"),
	}
}

func text(v js.Value, key string) string {
	if s := v.Get(key); s.Type() == js.TypeString {
		return s.String()
	}
	return ""
}
