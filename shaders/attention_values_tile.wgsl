// y[n,i,h,d] = norms[r]·Σ_j scores[r,j]·v[n,j,h,d] for each row r, a query i of a head h
// scores: [head_count, query_count, row], 0 beyond the keys; norms:
// [head_count, query_count], or not read; v: [N, Lk, ·] with v_stride values a
// position, head h's from v_offset + h·v_head; y: [N, Lq, heads·D].
// One invocation: four queries by four channels, in registers.
// Reference: model/cpu.Attention
//
// The channels of a head, strides and offsets are multiples of 4; attention_values
// takes any.

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
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
@group(0) @binding(1) var<storage, read> scores: array<vec4f>;
@group(0) @binding(2) var<storage, read> norms: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<act4>;
@group(0) @binding(4) var<storage, read_write> y: array<act4>;

// store finishes four channels of the query of row r, if there is one.
fn store(r: u32, i: u32, head: u32, d: u32, value: vec4f) {
  if (i >= params.query_count) {
    return;
  }
  var sum = value;
  if (params.normalise != 0u) {
    sum *= norms[r];
  }
  let n = head / params.heads;
  let h = head % params.heads;
  y[((n * params.queries + params.first_query + i) * params.heads + h) * (params.head_dim / 4u) + d] = act4(sum);
}

// step adds four keys' values, each times its score.
fn step(s: vec4f, v0: vec4f, v1: vec4f, v2: vec4f, v3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(s.w), v3, fma(vec4f(s.z), v2, fma(vec4f(s.y), v1, fma(vec4f(s.x), v0, sum))));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let at = (group.y * groups.x + group.x) * WORKGROUP + local;
  let dim4 = params.head_dim / 4u;
  let query_tiles = (params.query_count + 3u) / 4u;
  if (at >= params.head_count * query_tiles * dim4) {
    return;
  }
  let d = at % dim4;
  let i = at / dim4 % query_tiles * 4u;
  let local_head = at / dim4 / query_tiles;
  let head = params.first_head + local_head;
  let n = head / params.heads;
  let h = head % params.heads;
  let row4 = params.row / 4u;
  let r = local_head * params.query_count + i;
  // Past the last query the last one stands in, past the last key a score of 0.
  let last = params.query_count - 1u - i;
  let s0 = r * row4;
  let s1 = (r + min(1u, last)) * row4;
  let s2 = (r + min(2u, last)) * row4;
  let s3 = (r + min(3u, last)) * row4;
  let step4 = params.v_stride / 4u;
  let v0 = n * params.keys * step4 + (params.v_offset + h * params.v_head) / 4u + d;

  var y0 = vec4f();
  var y1 = vec4f();
  var y2 = vec4f();
  var y3 = vec4f();
  for (var j = 0u; j < row4; j++) {
    let keys = v0 + min(vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u), vec4u(params.keys - 1u)) * step4;
    let a = vec4f(v[keys.x]);
    let b = vec4f(v[keys.y]);
    let c = vec4f(v[keys.z]);
    let e = vec4f(v[keys.w]);
    y0 = step(scores[s0 + j], a, b, c, e, y0);
    y1 = step(scores[s1 + j], a, b, c, e, y1);
    y2 = step(scores[s2 + j], a, b, c, e, y2);
    y3 = step(scores[s3 + j], a, b, c, e, y3);
  }
  store(r, i, head, d, y0);
  store(r + 1u, i + 1u, head, d, y1);
  store(r + 2u, i + 2u, head, d, y2);
  store(r + 3u, i + 3u, head, d, y3);
}
