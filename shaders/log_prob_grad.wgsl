// y[n,k] = g[n]·(1[k = label] − softmax(x[n])[k])
// x, y: [rows, classes]; labels: [rows]; g: [rows], or [1] for all rows.
// One invocation: one row. At the label, 1 − p is the sum of the other
// probabilities, so that one near 1 costs no digits.
// Reference: model/cpu.LogProbGrad

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  classes: u32,
  cotangents: u32, // values in g
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<f32>;
@group(0) @binding(3) var<storage, read> g: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.classes;
  let label = u32(clamp(labels[row], 0.0, f32(params.classes - 1u)));
  var largest = x[first];
  for (var k = 1u; k < params.classes; k++) {
    largest = max(largest, x[first + k]);
  }
  var others = 0.0;
  for (var k = 0u; k < params.classes; k++) {
    if (k != label) {
      others += exp(x[first + k] - largest);
    }
  }
  let factor = g[min(row, params.cotangents - 1u)] / (others + exp(x[first + label] - largest));
  for (var k = 0u; k < params.classes; k++) {
    y[first + k] = select(-exp(x[first + k] - largest), others, k == label) * factor;
  }
}
