// y[n,i,h,d] = norms[r]·Σ_j scores[r,j]·v[n,j,h,d], row r = first + ((n·heads + h)·Lq + i)
// scores: [rows, Lk] exponentials; norms: [rows]; v: [N, Lk, ·] with v_stride values
// a position, this head's from v_offset + h·D; y: [N, Lq, heads·D].
// One invocation: one value of y.
// Reference: model/cpu.Attention

override WORKGROUP: u32 = 64u;

struct Params {
  first: u32, // the first row of this pass
  rows: u32,  // rows in this pass
  heads: u32,
  head_dim: u32,
  queries: u32,
  keys: u32,
  v_stride: u32,
  v_offset: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.rows * params.head_dim) {
    return;
  }
  let d = at % params.head_dim;
  let score_row = at / params.head_dim;
  let row = params.first + score_row;
  let i = row % params.queries;
  let h = row / params.queries % params.heads;
  let n = row / params.queries / params.heads;
  var v_at = n * params.keys * params.v_stride + params.v_offset + h * params.head_dim + d;
  var sum = 0.0;
  for (var j = 0u; j < params.keys; j++) {
    sum += scores[score_row * params.keys + j] * v[v_at];
    v_at += params.v_stride;
  }
  y[((n * params.queries + i) * params.heads + h) * params.head_dim + d] = sum * norms[score_row];
}
