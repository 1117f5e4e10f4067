// y[n,i,h,d] = norms[r]·Σ_j scores[r,j]·v[n,j,h,d] for each row r, a query i of a head h
// scores: [head_count, query_count, row], 0 beyond the keys; norms:
// [head_count, query_count], or not read; v: [N, Lk, ·] with v_stride values a
// position, head h's from v_offset + h·v_head; y: [N, Lq, heads·D].
// One workgroup: 16 queries by 4·WORKGROUP channels of one head. The lanes of a subgroup
// load the scores of different queries, 8 at a time, and hand them to each other in
// registers.
// One invocation: 16 queries by four channels.
// Reference: model/cpu.Attention
//
// The channels of a head, strides and offsets are multiples of 4. It needs the feature
// subgroups, of 8 lanes or more; why it is faster is said in matmul_broadcast.

enable subgroups;

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 32u;

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

// store finishes four channels of query i of a head, if there is one.
fn store(local_head: u32, i: u32, d: u32, value: vec4f) {
  if (i >= params.query_count || d >= params.head_dim / 4u) {
    return;
  }
  var sum = value;
  if (params.normalise != 0u) {
    sum *= norms[local_head * params.query_count + i];
  }
  let head = params.first_head + local_head;
  let n = head / params.heads;
  let h = head % params.heads;
  y[((n * params.queries + params.first_query + i) * params.heads + h) * (params.head_dim / 4u) + d] = act4(sum);
}

// step adds four keys' values, each times its score.
fn step(s: vec4f, v0: vec4f, v1: vec4f, v2: vec4f, v3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(s.w), v3, fma(vec4f(s.z), v2, fma(vec4f(s.y), v1, fma(vec4f(s.x), v0, sum))));
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let i = group.x * 16u;
  let d = group.y * WORKGROUP + local;
  let local_head = group.z;
  let head = params.first_head + local_head;
  let n = head / params.heads;
  let h = head % params.heads;
  let row4 = params.row / 4u;
  // Past the last query, key or channel the last one stands in: all lanes must load.
  // A key past the last has a score of 0.
  let last = params.query_count - 1u;
  let mine = i + lane % 8u;
  let sa = (local_head * params.query_count + min(mine, last)) * row4;
  let sb = (local_head * params.query_count + min(mine + 8u, last)) * row4;
  let step4 = params.v_stride / 4u;
  let v0 = n * params.keys * step4 + (params.v_offset + h * params.v_head) / 4u + min(d, params.head_dim / 4u - 1u);
  var p0 = vec4f();
  var p1 = vec4f();
  var p2 = vec4f();
  var p3 = vec4f();
  var p4 = vec4f();
  var p5 = vec4f();
  var p6 = vec4f();
  var p7 = vec4f();
  var p8 = vec4f();
  var p9 = vec4f();
  var p10 = vec4f();
  var p11 = vec4f();
  var p12 = vec4f();
  var p13 = vec4f();
  var p14 = vec4f();
  var p15 = vec4f();
  for (var j = 0u; j < row4; j++) {
    let keys = v0 + min(vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u), vec4u(params.keys - 1u)) * step4;
    let b0 = vec4f(v[keys.x]);
    let b1 = vec4f(v[keys.y]);
    let b2 = vec4f(v[keys.z]);
    let b3 = vec4f(v[keys.w]);
    let a0 = scores[sa + j];
    p0 = step(subgroupBroadcast(a0, 0u), b0, b1, b2, b3, p0);
    p1 = step(subgroupBroadcast(a0, 1u), b0, b1, b2, b3, p1);
    p2 = step(subgroupBroadcast(a0, 2u), b0, b1, b2, b3, p2);
    p3 = step(subgroupBroadcast(a0, 3u), b0, b1, b2, b3, p3);
    p4 = step(subgroupBroadcast(a0, 4u), b0, b1, b2, b3, p4);
    p5 = step(subgroupBroadcast(a0, 5u), b0, b1, b2, b3, p5);
    p6 = step(subgroupBroadcast(a0, 6u), b0, b1, b2, b3, p6);
    p7 = step(subgroupBroadcast(a0, 7u), b0, b1, b2, b3, p7);
    let a8 = scores[sb + j];
    p8 = step(subgroupBroadcast(a8, 0u), b0, b1, b2, b3, p8);
    p9 = step(subgroupBroadcast(a8, 1u), b0, b1, b2, b3, p9);
    p10 = step(subgroupBroadcast(a8, 2u), b0, b1, b2, b3, p10);
    p11 = step(subgroupBroadcast(a8, 3u), b0, b1, b2, b3, p11);
    p12 = step(subgroupBroadcast(a8, 4u), b0, b1, b2, b3, p12);
    p13 = step(subgroupBroadcast(a8, 5u), b0, b1, b2, b3, p13);
    p14 = step(subgroupBroadcast(a8, 6u), b0, b1, b2, b3, p14);
    p15 = step(subgroupBroadcast(a8, 7u), b0, b1, b2, b3, p15);
  }
  store(local_head, i + 0u, d, p0);
  store(local_head, i + 1u, d, p1);
  store(local_head, i + 2u, d, p2);
  store(local_head, i + 3u, d, p3);
  store(local_head, i + 4u, d, p4);
  store(local_head, i + 5u, d, p5);
  store(local_head, i + 6u, d, p6);
  store(local_head, i + 7u, d, p7);
  store(local_head, i + 8u, d, p8);
  store(local_head, i + 9u, d, p9);
  store(local_head, i + 10u, d, p10);
  store(local_head, i + 11u, d, p11);
  store(local_head, i + 12u, d, p12);
  store(local_head, i + 13u, d, p13);
  store(local_head, i + 14u, d, p14);
  store(local_head, i + 15u, d, p15);
}
