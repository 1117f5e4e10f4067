// y[n,h,w,c] = x[n,h,w,c]·(1 + s[n,c]) + s[n,C+c]
// x, y: [N, H, W, C], count values, picture = H·W·C of them a picture; s: [N, 2C].
// One invocation: one value.
// Reference: model/cpu.ScaleShift

override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  picture: u32,
  channels: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> s: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let at = i / params.picture * 2u * params.channels + i % params.channels;
  y[i] = x[i] * (1.0 + s[at]) + s[at + params.channels];
}
