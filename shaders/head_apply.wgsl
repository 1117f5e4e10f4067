// y[n,p,h·D+e] = Σ_d x[n,p,h·D+d]·m[n,h·D+d,e]; transposed: m[n,h·D+e,d]
// x, y: [N, positions, C]; m: [N, C, D].
// One invocation: one value of y.
// Reference: model/cpu.HeadApply

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

struct Params {
  batch: u32,
  positions: u32,
  channels: u32,
  head_dim: u32,
  transposed: u32, // 0 or 1
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read> m: array<act>;
@group(0) @binding(3) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (i >= params.batch * params.positions * params.channels) {
    return;
  }
  let c = i % params.channels;
  let n = i / params.channels / params.positions;
  let e = c % params.head_dim;
  let first = i - e; // the head's first feature of this position
  let matrix = (n * params.channels + c - e) * params.head_dim;
  let along = select(1u, params.head_dim, params.transposed != 0u);
  let down = select(params.head_dim, 1u, params.transposed != 0u);
  var sum = 0.0;
  for (var d = 0u; d < params.head_dim; d++) {
    sum += f32(x[first + d]) * f32(m[matrix + d * down + e * along]);
  }
  y[i] = act(sum);
}
