// y[n,i,h,·] = Σ_j softmax_j(scale·q[n,i,h,·]·k[n,j,h,·])·v[n,j,h,·]
// q: [N, Lq, ·] with q_stride values a position, head h's from q_offset + h·q_head;
// k, v: [N, Lk, ·] alike; y: [N, Lq, heads·D], D = 4·DIM4.
// One invocation: one query of one head; a workgroup has queries of one head, so that
// all read the same keys at a time. Scores are not stored: the weights are taken
// relative to the largest score so far, and what was summed is scaled when it grows
// (Milakov & Gimelshein 2018, arXiv:1805.02867; Dao et al. 2022, arXiv:2205.14135).
// Reference: model/cpu.Attention
//
// The channels of a head, strides and offsets are multiples of 4; attention_scores,
// attention_softmax and attention_values take any.

alias act4 = vec4<f32>; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;
override DIM4: u32 = 8u;

struct Params {
  batch: u32,
  heads: u32,
  queries: u32,
  keys: u32,
  q_stride: u32,
  q_offset: u32,
  q_head: u32,
  k_stride: u32,
  k_offset: u32,
  k_head: u32,
  v_stride: u32,
  v_offset: u32,
  v_head: u32,
  scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> q: array<act4>;
@group(0) @binding(2) var<storage, read> k: array<act4>;
@group(0) @binding(3) var<storage, read> v: array<act4>;
@group(0) @binding(4) var<storage, read_write> y: array<act4>;

// Less than any score: exp of its distance to one is 0.
const lowest = -3.0e38;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let blocks = (params.queries + WORKGROUP - 1u) / WORKGROUP;
  let block = group.y * groups.x + group.x;
  let i = block % blocks * WORKGROUP + local;
  let head = block / blocks;
  if (head >= params.batch * params.heads || i >= params.queries) {
    return;
  }
  let n = head / params.heads;
  let h = head % params.heads;
  let q_at = ((n * params.queries + i) * params.q_stride + params.q_offset + h * params.q_head) / 4u;
  let k_at = (n * params.keys * params.k_stride + params.k_offset + h * params.k_head) / 4u;
  let v_at = (n * params.keys * params.v_stride + params.v_offset + h * params.v_head) / 4u;
  let k_step = params.k_stride / 4u;
  let v_step = params.v_stride / 4u;

  var query: array<vec4f, DIM4>;
  var sum: array<vec4f, DIM4>;
  for (var d = 0u; d < DIM4; d++) {
    query[d] = vec4f(q[q_at + d]) * params.scale;
  }
  var largest = lowest;
  var total = 0.0;
  for (var j = 0u; j < params.keys; j += 4u) {
    // Past the last key the last one stands in, with a weight of 0.
    let key = min(vec4u(j, j + 1u, j + 2u, j + 3u), vec4u(params.keys - 1u));
    let k4 = k_at + key * k_step;
    var score = vec4f();
    for (var d = 0u; d < DIM4; d++) {
      let x = query[d];
      score += vec4f(
        dot(x, vec4f(k[k4.x + d])), dot(x, vec4f(k[k4.y + d])),
        dot(x, vec4f(k[k4.z + d])), dot(x, vec4f(k[k4.w + d])));
    }
    score = select(score, vec4f(lowest), vec4u(j, j + 1u, j + 2u, j + 3u) > key);
    let before = largest;
    largest = max(max(max(score.x, score.y), max(score.z, score.w)), before);
    let weight = exp(score - largest);
    let shrink = exp(before - largest);
    total = total * shrink + dot(weight, vec4f(1.0));
    let v4 = v_at + key * v_step;
    for (var d = 0u; d < DIM4; d++) {
      sum[d] = fma(vec4f(weight.x), vec4f(v[v4.x + d]), fma(vec4f(weight.y), vec4f(v[v4.y + d]),
        fma(vec4f(weight.z), vec4f(v[v4.z + d]), fma(vec4f(weight.w), vec4f(v[v4.w + d]), sum[d] * shrink))));
    }
  }
  let factor = 1.0 / total;
  let y_at = ((n * params.queries + i) * params.heads + h) * DIM4;
  for (var d = 0u; d < DIM4; d++) {
    y[y_at + d] = act4(sum[d] * factor);
  }
}
