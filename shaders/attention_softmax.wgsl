// scores[r,·] becomes exp(scores[r,·] − max), norms[r] = 1/Σ exp(scores[r,·] − max)
// scores: [rows, row], of which the first keys values count and the others become 0;
// norms: [rows].
// One invocation: one row.
// Reference: model/cpu.Attention

override WORKGROUP: u32 = 64u;

struct Params {
  rows: u32,
  keys: u32,
  row: u32, // scores between rows
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> norms: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) local: u32) {
  let r = (group.y * groups.x + group.x) * WORKGROUP + local;
  if (r >= params.rows) {
    return;
  }
  let first = r * params.row;
  var largest = scores[first];
  for (var j = 1u; j < params.keys; j++) {
    largest = max(largest, scores[first + j]);
  }
  var sum = 0.0;
  for (var j = 0u; j < params.keys; j++) {
    let e = exp(scores[first + j] - largest);
    scores[first + j] = e;
    sum += e;
  }
  for (var j = params.keys; j < params.row; j++) {
    scores[first + j] = 0.0;
  }
  norms[r] = 1.0 / sum;
}
