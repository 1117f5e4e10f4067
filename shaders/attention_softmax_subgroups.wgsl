// scores[r,·] becomes exp(scores[r,·] − max), norms[r] = 1/Σ exp(scores[r,·] − max)
// scores: [rows, row], of which the first keys values count and the others become 0;
// norms: [rows].
// One workgroup: one row, which neighbouring lanes read side by side; the lanes of a
// subgroup join what they found without workgroup memory, the subgroups through it.
// One invocation: every 64th four scores of the row.
// Reference: model/cpu.Attention
//
// Right for subgroups of any size: see group_norm_stats_subgroups. It needs the feature
// subgroups; attention_softmax does not.

enable subgroups;

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  keys: u32,
  row: u32, // scores between rows, a multiple of 4
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> scores: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;

// Less than any score: exp of its distance to one is 0.
const lowest = -3.0e38;

var<workgroup> partial: array<f32, 2 * WORKGROUP>; // of both passes: one barrier each

// part: subgroups_greatest
// greatest is the largest of the workgroup's values.
fn greatest(value: f32, local: u32) -> f32 {
  let most = subgroupMax(value);
  partial[local] = select(lowest, most, local == subgroupMin(local));
  workgroupBarrier();
  let lane = subgroupExclusiveAdd(1u);
  let lanes = subgroupAdd(1u);
  var part = lowest;
  for (var i = lane; i < WORKGROUP; i += lanes) {
    part = max(part, partial[i]);
  }
  return subgroupMax(part);
}

// part: subgroups_total
// total adds up the workgroup's values; base is where partial is free.
fn total(value: f32, base: u32, local: u32) -> f32 {
  let sum = subgroupAdd(value);
  partial[base + local] = select(0.0, sum, local == subgroupMin(local));
  workgroupBarrier();
  let lane = subgroupExclusiveAdd(1u);
  let lanes = subgroupAdd(1u);
  var part = 0.0;
  for (var i = lane; i < WORKGROUP; i += lanes) {
    part += partial[base + i];
  }
  return subgroupAdd(part);
}

// score is four scores; beyond the keys is whatever was in memory.
fn score(first: u32, j: u32) -> vec4f {
  let there = vec4u(4u * j) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.keys);
  return select(vec4f(lowest), scores[first + j], there);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let r = group.y * groups.x + group.x;
  if (r >= params.rows) {
    return;
  }
  let row4 = params.row / 4u;
  let first = r * row4;
  var most = vec4f(lowest);
  for (var j = local; j < row4; j += WORKGROUP) {
    most = max(most, score(first, j));
  }
  let largest = greatest(max(max(most.x, most.y), max(most.z, most.w)), local);
  var sum = vec4f();
  for (var j = local; j < row4; j += WORKGROUP) {
    let weights = exp(score(first, j) - largest);
    scores[first + j] = weights;
    sum += weights;
  }
  let all = total(sum.x + sum.y + (sum.z + sum.w), WORKGROUP, local);
  if (local == 0u) {
    norms[r] = 1.0 / all;
  }
}
