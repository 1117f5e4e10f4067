// y[p,c] = x[p,first+c]
// x: [..., channels]; y: [..., width], count values.
// One invocation: one value of y.
// Reference: model/cpu.Slice

override WORKGROUP: u32 = 64u;

alias act = f32; // storage of activations

struct Params {
  count: u32,
  channels: u32,
  first: u32,
  width: u32,
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
  y[i] = x[i / params.width * params.channels + params.first + i % params.width];
}
