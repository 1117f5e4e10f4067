// y[n,h,w,c] = x[n,h,w,c]·(1 + s[n,c]) + s[n,C+c], the last term only where shift is 1
// x, y: [N, H, W, C], count values, picture = H·W·C of them a picture; s: [N, 2C].
// One invocation: one value.
// Reference: model/cpu.ScaleShift

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  count: u32,
  picture: u32,
  channels: u32,
  shift: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> s: array<act>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.count) {
    return;
  }
  let at = i / params.picture * 2u * params.channels + i % params.channels;
  var v = f32(x[i]) * (1.0 + f32(s[at]));
  if (params.shift != 0u) {
    v += f32(s[at + params.channels]);
  }
  y[i] = act(v);
}
