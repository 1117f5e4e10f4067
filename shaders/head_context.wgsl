// y[n,h·D+d,e] = Σ_p a[n,p,h·D+d]·b[n,p,h·D+e]
// a, b: [N, positions, C]; y: [N, C, D].
// One invocation: one value of y. Its sum is taken in parts of 64 positions, whose
// errors do not grow with the picture.
// Reference: model/cpu.HeadContext

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  batch: u32,
  positions: u32,
  channels: u32,
  head_dim: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> a: array<act>;
@group(0) @binding(2) var<storage, read> b: array<act>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.channels * params.head_dim) {
    return;
  }
  let e = i % params.head_dim;
  let c = i / params.head_dim % params.channels;
  let n = i / params.head_dim / params.channels;
  var at = n * params.positions * params.channels;
  let other = c / params.head_dim * params.head_dim + e;
  var sum = 0.0;
  for (var p = 0u; p < params.positions; p += 64u) {
    var part = 0.0;
    for (var k = p; k < min(p + 64u, params.positions); k++) {
      part += f32(a[at + c]) * f32(b[at + other]);
      at += params.channels;
    }
    sum += part;
  }
  y[i] = act(sum);
}
