// y[n,i,h,d] = norms[r]·Σ_j scores[r,j]·v[n,j,h,d] for each row r, a query i of a head h
// scores: [head_count, query_count, row]; norms: [head_count, query_count], or not
// read; v: [N, Lk, ·] with v_stride values a position, head h's from
// v_offset + h·v_head; y: [N, Lq, heads·D].
// One invocation: one value of y.
// Reference: model/cpu.Attention

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: attention_values_params
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
  v_stride: u32,
  v_offset: u32,
  v_head: u32,
  normalise: u32, // 1: multiply by norms
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<act>;
@group(0) @binding(4) var<storage, read_write> y: array<act>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.head_count * params.query_count * params.head_dim) {
    return;
  }
  let d = at % params.head_dim;
  let r = at / params.head_dim;
  let i = params.first_query + r % params.query_count;
  let head = params.first_head + r / params.query_count;
  let n = head / params.heads;
  let h = head % params.heads;
  var v_at = n * params.keys * params.v_stride + params.v_offset + h * params.v_head + d;
  var sum = 0.0;
  for (var j = 0u; j < params.keys; j++) {
    sum += scores[r * params.row + j] * f32(v[v_at]);
    v_at += params.v_stride;
  }
  if (params.normalise != 0u) {
    sum *= norms[r];
  }
  y[((n * params.queries + i) * params.heads + h) * params.head_dim + d] = act(sum);
}
