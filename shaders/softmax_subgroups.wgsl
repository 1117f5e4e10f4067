// y = exp(x − max)/Σ exp(x − max) over each row
// x, y: [rows, width]: a row is the innermost extent, or one group of it.
// One workgroup: one row, whose values neighbouring lanes read side by side; the lanes of
// a subgroup join what they found without workgroup memory, the subgroups through it.
// One invocation: every 64th value of the row.
// Reference: model/cpu.Softmax
//
// Right for subgroups of any size: see group_norm_stats_subgroups. It needs the feature
// subgroups; softmax does not.

enable subgroups;

alias act = f32; // what activations are stored as: f16 where the program says so
override WORKGROUP: u32 = 64u;

// part: softmax_params
struct Params {
  rows: u32,
  width: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<act>;
@group(0) @binding(2) var<storage, read_write> y: array<act>;

// Less than any value: exp of its distance to one is 0.
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

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = group.y * groups.x + group.x;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.width;
  var most = lowest;
  for (var i = local; i < params.width; i += WORKGROUP) {
    most = max(most, f32(x[first + i]));
  }
  let largest = greatest(most, local);
  var sum = 0.0;
  for (var i = local; i < params.width; i += WORKGROUP) {
    sum += exp(f32(x[first + i]) - largest);
  }
  let factor = 1.0 / total(sum, WORKGROUP, local);
  for (var i = local; i < params.width; i += WORKGROUP) {
    y[first + i] = act(exp(f32(x[first + i]) - largest) * factor);
  }
}
