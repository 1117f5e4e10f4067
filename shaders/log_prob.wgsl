// y[n] = x[n,label] − max − log Σ_k exp(x[n,k] − max)
// x: [rows, classes]; labels: [rows]; y: [rows].
// One invocation: one row.
// Reference: model/cpu.LogProb

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  classes: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (row >= params.rows) {
    return;
  }
  let first = row * params.classes;
  var largest = x[first];
  for (var k = 1u; k < params.classes; k++) {
    largest = max(largest, x[first + k]);
  }
  var sum = 0.0;
  for (var k = 0u; k < params.classes; k++) {
    sum += exp(x[first + k] - largest);
  }
  let label = u32(clamp(labels[row], 0.0, f32(params.classes - 1u)));
  y[row] = x[first + label] - largest - log(sum);
}
