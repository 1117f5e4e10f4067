// y[n,j,h,d] = Σ_i norms[r]·scores[r,j]·x[n,i,h,d] over the rows r, queries i of head h
// scores: [head_count, query_count, row]; norms: [head_count, query_count], or not
// read; x: [N, Lq, heads·D]; y: [N, Lk, heads·D], to which a pass that does not begin
// with the first query adds.
// One invocation: one value of y.
// Reference: model/cpu.AttentionGrad

override WORKGROUP: u32 = 64u;

struct Params {
  // This pass: heads (n·H + h) first_head and on, queries first_query and on of each.
  first_head: u32,
  head_count: u32,
  first_query: u32,
  query_count: u32,
  heads: u32,
  head_dim: u32,
  queries: u32,
  keys: u32,
  row: u32, // scores between rows: keys, rounded up to a multiple of 4
  normalise: u32, // 1: multiply by norms
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.head_count * params.keys * params.head_dim) {
    return;
  }
  let d = at % params.head_dim;
  let j = at / params.head_dim % params.keys;
  let local_head = at / params.head_dim / params.keys;
  let n = (params.first_head + local_head) / params.heads;
  let h = (params.first_head + local_head) % params.heads;
  let channels = params.heads * params.head_dim;
  var x_at = (n * params.queries + params.first_query) * channels + h * params.head_dim + d;
  var sum = 0.0;
  for (var i = 0u; i < params.query_count; i++) {
    let r = local_head * params.query_count + i;
    var w = scores[r * params.row + j];
    if (params.normalise != 0u) {
      w *= norms[r];
    }
    sum += w * x[x_at];
    x_at += channels;
  }
  let out = (n * params.keys + j) * channels + h * params.head_dim + d;
  if (params.first_query > 0u) {
    sum += y[out];
  }
  y[out] = sum;
}
