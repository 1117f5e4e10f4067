// scores[r,j] = scale·Σ_d q[n,i,h,d]·k[n,j,h,d] for each row r, a query i of a head h
// q: [N, Lq, ·] with q_stride values a position, head h's from q_offset + h·q_head;
// k: [N, Lk, ·] alike; scores: [head_count, query_count, row].
// One invocation: one score.
// Reference: model/cpu.Attention

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: attention_scores_params
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
  q_stride: u32,
  q_offset: u32,
  q_head: u32,
  k_stride: u32,
  k_offset: u32,
  k_head: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<act>;
@group(0) @binding(2) var<storage, read> k: array<act>;
@group(0) @binding(3) var<storage, read_write> scores: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (at >= params.head_count * params.query_count * params.keys) {
    return;
  }
  let j = at % params.keys;
  let r = at / params.keys;
  let i = params.first_query + r % params.query_count;
  let head = params.first_head + r / params.query_count;
  let n = head / params.heads;
  let h = head % params.heads;
  let q_at = (n * params.queries + i) * params.q_stride + params.q_offset + h * params.q_head;
  let k_at = (n * params.keys + j) * params.k_stride + params.k_offset + h * params.k_head;
  var sum = 0.0;
  for (var d = 0u; d < params.head_dim; d++) {
    sum += f32(q[q_at + d]) * f32(k[k_at + d]);
  }
  scores[r * params.row + j] = sum * params.scale;
}
