// scores[r,j] = scale·Σ_d q[n,i,h,d]·k[n,j,h,d], row r = first + ((n·heads + h)·Lq + i)
// q: [N, Lq, ·] with q_stride values a position, this head's from q_offset + h·D;
// k: [N, Lk, ·] alike; scores: [rows, Lk].
// One invocation: one score.
// Reference: model/cpu.Attention

override WORKGROUP: u32 = 64u;

struct Params {
  first: u32, // the first row of this pass
  rows: u32,  // rows in this pass
  heads: u32,
  head_dim: u32,
  queries: u32,
  keys: u32,
  q_stride: u32,
  q_offset: u32,
  k_stride: u32,
  k_offset: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<f32>;
@group(0) @binding(2) var<storage, read> k: array<f32>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.rows * params.keys) {
    return;
  }
  let j = at % params.keys;
  let row = params.first + at / params.keys;
  let i = row % params.queries;
  let h = row / params.queries % params.heads;
  let n = row / params.queries / params.heads;
  let q_at = (n * params.queries + i) * params.q_stride + params.q_offset + h * params.head_dim;
  let k_at = (n * params.keys + j) * params.k_stride + params.k_offset + h * params.head_dim;
  var sum = 0.0;
  for (var d = 0u; d < params.head_dim; d++) {
    sum += q[q_at + d] * k[k_at + d];
  }
  scores[at] = sum * params.scale;
}
