// scores[r,j] = scale·Σ_d q[n,i,h,d]·k[n,j,h,d] for each row r, a query i of a head h
// q: [N, Lq, ·] with q_stride values a position, head h's from q_offset + h·q_head;
// k: [N, Lk, ·] alike; scores: [head_count, query_count, row], where what is beyond the
// keys is written too.
// One workgroup: 16 queries by 4·WORKGROUP keys of one head. The lanes of a subgroup
// load different queries, 8 at a time, and hand them to each other in registers.
// One invocation: 16 queries by four keys.
// Reference: model/cpu.Attention
//
// The channels of a head, strides and offsets are multiples of 4. It needs the feature
// subgroups, of 8 lanes or more; why it is faster is said in matmul_broadcast.

enable subgroups;

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 32u;

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

// step adds the products of four channels: sum + a·(k0 k1 k2 k3)ᵀ, where b0 has the
// first channel of the four keys, b1 the second and so on.
fn step(a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f, sum: vec4f) -> vec4f {
  return fma(vec4f(a.w), b3, fma(vec4f(a.z), b2, fma(vec4f(a.y), b1, fma(vec4f(a.x), b0, sum))));
}

// store writes the scores of query i of a head, if there is one, with four keys.
fn store(head: u32, i: u32, j4: u32, value: vec4f) {
  if (i < params.query_count && j4 < params.row / 4u) {
    scores[(head * params.query_count + i) * (params.row / 4u) + j4] = value * params.scale;
  }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32, @builtin(subgroup_invocation_id) lane: u32) {
  let i = group.x * 16u;
  let j4 = group.y * WORKGROUP + local;
  let head = group.z;
  let n = (params.first_head + head) / params.heads;
  let h = (params.first_head + head) % params.heads;

  // Past the last query or key the last one stands in: all lanes must load.
  let q_step = params.q_stride / 4u;
  let k_step = params.k_stride / 4u;
  let q0 = (n * params.queries + params.first_query) * q_step + (params.q_offset + h * params.q_head) / 4u;
  let k0 = n * params.keys * k_step + (params.k_offset + h * params.k_head) / 4u;
  let last = params.query_count - 1u;
  let mine = i + lane % 8u;
  let qa = q0 + min(mine, last) * q_step;
  let qb = q0 + min(mine + 8u, last) * q_step;
  let ka = vec4u(k0) + min(vec4u(4u * j4) + vec4u(0u, 1u, 2u, 3u), vec4u(params.keys - 1u)) * k_step;
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
  for (var d = 0u; d < params.head_dim / 4u; d++) {
    let key0 = vec4f(k[ka.x + d]);
    let key1 = vec4f(k[ka.y + d]);
    let key2 = vec4f(k[ka.z + d]);
    let key3 = vec4f(k[ka.w + d]);
    let b0 = vec4f(key0.x, key1.x, key2.x, key3.x);
    let b1 = vec4f(key0.y, key1.y, key2.y, key3.y);
    let b2 = vec4f(key0.z, key1.z, key2.z, key3.z);
    let b3 = vec4f(key0.w, key1.w, key2.w, key3.w);
    let a0 = vec4f(q[qa + d]);
    p0 = step(subgroupBroadcast(a0, 0u), b0, b1, b2, b3, p0);
    p1 = step(subgroupBroadcast(a0, 1u), b0, b1, b2, b3, p1);
    p2 = step(subgroupBroadcast(a0, 2u), b0, b1, b2, b3, p2);
    p3 = step(subgroupBroadcast(a0, 3u), b0, b1, b2, b3, p3);
    p4 = step(subgroupBroadcast(a0, 4u), b0, b1, b2, b3, p4);
    p5 = step(subgroupBroadcast(a0, 5u), b0, b1, b2, b3, p5);
    p6 = step(subgroupBroadcast(a0, 6u), b0, b1, b2, b3, p6);
    p7 = step(subgroupBroadcast(a0, 7u), b0, b1, b2, b3, p7);
    let a8 = vec4f(q[qb + d]);
    p8 = step(subgroupBroadcast(a8, 0u), b0, b1, b2, b3, p8);
    p9 = step(subgroupBroadcast(a8, 1u), b0, b1, b2, b3, p9);
    p10 = step(subgroupBroadcast(a8, 2u), b0, b1, b2, b3, p10);
    p11 = step(subgroupBroadcast(a8, 3u), b0, b1, b2, b3, p11);
    p12 = step(subgroupBroadcast(a8, 4u), b0, b1, b2, b3, p12);
    p13 = step(subgroupBroadcast(a8, 5u), b0, b1, b2, b3, p13);
    p14 = step(subgroupBroadcast(a8, 6u), b0, b1, b2, b3, p14);
    p15 = step(subgroupBroadcast(a8, 7u), b0, b1, b2, b3, p15);
  }
  store(head, i + 0u, j4, p0);
  store(head, i + 1u, j4, p1);
  store(head, i + 2u, j4, p2);
  store(head, i + 3u, j4, p3);
  store(head, i + 4u, j4, p4);
  store(head, i + 5u, j4, p5);
  store(head, i + 6u, j4, p6);
  store(head, i + 7u, j4, p7);
  store(head, i + 8u, j4, p8);
  store(head, i + 9u, j4, p9);
  store(head, i + 10u, j4, p10);
  store(head, i + 11u, j4, p11);
  store(head, i + 12u, j4, p12);
  store(head, i + 13u, j4, p13);
  store(head, i + 14u, j4, p14);
  store(head, i + 15u, j4, p15);
}
