// y[r,c] = x[r·parts + part, c]
// x: [positions·heads·parts, width]; y: [positions·heads, width], count values; width
// is the channels of a head in a part.
// One invocation: one value of y.
// Reference: model/cpu.Split

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: split_params
struct Params {
  count: u32,
  width: u32,
  parts: u32,
  part: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  y[i] = x[(i / params.width * params.parts + params.part) * params.width + i % params.width];
}
