// scores[r,j] = scale·Σ_d q[n,i,h,d]·k[n,j,h,d] for each row r, a query i of a head h
// q: [N, Lq, ·] with q_stride values a position, head h's from q_offset + h·q_head;
// k: [N, Lk, ·] alike; scores: [head_count, query_count, row], where what is beyond the
// keys is written too.
// One invocation: four queries by four keys, in registers.
// Reference: model/cpu.Attention
//
// The channels of a head, strides and offsets are multiples of 4; attention_scores
// takes any.

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
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
@group(0) @binding(1) var<storage, read> q: array<act4>;
@group(0) @binding(2) var<storage, read> k: array<act4>;
@group(0) @binding(3) var<storage, read_write> scores: array<vec4f>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  let key_tiles = params.row / 4u;
  let query_tiles = (params.query_count + 3u) / 4u;
  if (at >= params.head_count * query_tiles * key_tiles) {
    return;
  }
  let j = at % key_tiles * 4u;
  let i = at / key_tiles % query_tiles * 4u;
  let head = at / key_tiles / query_tiles;
  let n = (params.first_head + head) / params.heads;
  let h = (params.first_head + head) % params.heads;

  // Past the last query or key the last one stands in.
  let q_step = params.q_stride / 4u;
  let k_step = params.k_stride / 4u;
  let q0 = (n * params.queries + params.first_query) * q_step + (params.q_offset + h * params.q_head) / 4u;
  let k0 = n * params.keys * k_step + (params.k_offset + h * params.k_head) / 4u;
  let last_i = params.query_count - 1u;
  let last_j = params.keys - 1u;
  var qa = vec4u(q0) + min(vec4u(i, i + 1u, i + 2u, i + 3u), vec4u(last_i)) * q_step;
  var ka = vec4u(k0) + min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(last_j)) * k_step;

  var s0 = vec4f();
  var s1 = vec4f();
  var s2 = vec4f();
  var s3 = vec4f();
  for (var d = 0u; d < params.head_dim / 4u; d++) {
    let k_0 = vec4f(k[ka.x + d]);
    let k_1 = vec4f(k[ka.y + d]);
    let k_2 = vec4f(k[ka.z + d]);
    let k_3 = vec4f(k[ka.w + d]);
    let q_0 = vec4f(q[qa.x + d]);
    let q_1 = vec4f(q[qa.y + d]);
    let q_2 = vec4f(q[qa.z + d]);
    let q_3 = vec4f(q[qa.w + d]);
    s0 += vec4f(dot(q_0, k_0), dot(q_0, k_1), dot(q_0, k_2), dot(q_0, k_3));
    s1 += vec4f(dot(q_1, k_0), dot(q_1, k_1), dot(q_1, k_2), dot(q_1, k_3));
    s2 += vec4f(dot(q_2, k_0), dot(q_2, k_1), dot(q_2, k_2), dot(q_2, k_3));
    s3 += vec4f(dot(q_3, k_0), dot(q_3, k_1), dot(q_3, k_2), dot(q_3, k_3));
  }
  let out = (head * params.query_count + i) * key_tiles + j / 4u;
  scores[out] = s0 * params.scale;
  if (i + 1u <= last_i) {
    scores[out + key_tiles] = s1 * params.scale;
  }
  if (i + 2u <= last_i) {
    scores[out + 2u * key_tiles] = s2 * params.scale;
  }
  if (i + 3u <= last_i) {
    scores[out + 3u * key_tiles] = s3 * params.scale;
  }
}
