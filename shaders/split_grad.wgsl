// y[r·parts + p, c] = x[r,c] for p = part, 0 for the others
// x: [positions·heads, width]; y: [positions·heads·parts, width], count values.
// One invocation: one value of y.
// Reference: model/cpu.SplitGrad

override WORKGROUP: u32 = 64u;

// part: split_params
struct Params {
  count: u32,
  width: u32,
  parts: u32,
  part: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let row = i / params.width;
  var value = 0.0;
  if (row % params.parts == params.part) {
    value = x[row / params.parts * params.width + i % params.width];
  }
  y[i] = value;
}
